//! `vitrine seed`: a workspace to look around in.

use accounts::{Browser, Password, SignUp, sign_up};
use platform::ClientAddress;

use crate::{config::Config, database::Database, failure::Failure, run::connect};

#[derive(clap::Args)]
pub struct Seed {
    /// Fill the workspace with the demonstration set.
    #[arg(long)]
    demo: bool,
    #[arg(long, default_value = "Demonstration")]
    workspace: String,
    #[arg(long, default_value = "demonstration")]
    subdomain: String,
    #[arg(long, default_value = "demo@example.com")]
    email: String,
    /// The owner's password; at least ten characters.
    #[arg(long, default_value = "demonstration")]
    password: String,
}

pub async fn seed(config: Config, seed: Seed) -> Result<(), Failure> {
    let database = Database::open_or_join(&config).await?;
    let seeded = async {
        let product = connect(&config, &database).await?;
        let form = SignUp {
            workspace: seed.workspace.clone(),
            subdomain: seed.subdomain.clone(),
            email: seed.email.clone(),
            password: Password::new(seed.password.clone()),
        };
        let browser = Browser { user_agent: "vitrine seed".into(), address: ClientAddress::Local };
        let (actor, _cookie) = sign_up(&mut product.accounts(), form, &browser).await.map_err(|error| {
            let problem = error.problem();
            locales::format(locales::Language::default(), &problem.key, &ui::i18n::arguments(&problem))
        })?;
        if seed.demo {
            studio::demo::fill(&mut product.studio(), &actor).await?;
        }
        product.process.database.close().await;
        println!("{}: sign in at {}/login as {}", seed.workspace, config.public_url, seed.email);
        Ok(())
    }
    .await;
    database.close().await;
    seeded
}
