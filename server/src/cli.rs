//! Subcommands.

use clap::{Parser, Subcommand};

use platform::db;

use crate::{
    config::Config,
    database::Database,
    failure::Failure,
    render_file::{self, RenderArgs},
    run, seed, telemetry,
};

/// Mockups for marketplace sellers: templates from product photos, previews in the browser, final renders in bulk.
#[derive(Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the product, with workers unless VITRINE_WORKERS=0.
    Serve,
    /// Only run jobs; any number of these may run beside `serve`.
    Worker,
    /// Bring the database to this version's form.
    Migrate,
    /// Make a workspace to look around in.
    Seed(seed::Seed),
    /// Render a template file with a design file, without a database.
    Render(RenderArgs),
}

impl Cli {
    pub async fn run(self) -> Result<(), Failure> {
        if let Command::Render(args) = self.command {
            return Ok(render_file::render(&args)?);
        }
        let config = Config::from_env()?;
        telemetry::start(config.logs);
        match self.command {
            Command::Serve => run::serve(config).await,
            Command::Worker => run::work(config).await,
            Command::Migrate => {
                let database = Database::open(&config).await?;
                let migrated = db::migrate(&database.owner_url).await;
                database.close().await;
                Ok(migrated?)
            }
            Command::Seed(seed) => seed::seed(config, seed).await,
            Command::Render(_) => unreachable!("answered above"),
        }
    }
}
