//! The binary `vitrine`.

mod cli;
mod config;
mod http;
mod migrate;
mod private_postgres;
mod render_file;
mod run;
mod seed;
mod telemetry;

use clap::Parser;

fn main() -> std::process::ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("vitrine: no threads could be started: {error}");
            return std::process::ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli.run()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vitrine: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
