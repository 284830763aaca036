//! Subcommands.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use platform::db;

use crate::{config::Config, database::Database, render_file, run, seed, telemetry};

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

#[derive(clap::Args)]
pub struct RenderArgs {
    /// The template, a .vitrine file.
    #[arg(long)]
    pub template: PathBuf,
    /// The design, a PNG, JPEG or WebP file; without one the template is rendered empty.
    #[arg(long)]
    pub design: Option<PathBuf>,
    /// The picture to write; its ending, .jpg, .png or .webp, decides the format.
    #[arg(long)]
    pub out: PathBuf,
    /// Of a JPEG or WebP, 1 to 100.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub quality: u8,
    /// A JPEG whose colour is kept as finely as its brightness (4:4:4).
    #[arg(long)]
    pub full_chroma: bool,
    /// A JPEG that shows coarsely first.
    #[arg(long)]
    pub progressive: bool,
    /// A WebP without any loss.
    #[arg(long)]
    pub lossless: bool,
    /// The longest side in pixels; the template's own size without it.
    #[arg(long)]
    pub size: Option<u32>,
}

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

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
