//! The binary `vitrine`.

use clap::Parser;
use server::cli::Cli;

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("vitrine: no threads could be started: {error}");
            return std::process::ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(cli.run());
    // Whatever is still computed on its threads is not waited for: nothing of it was promised to anybody.
    runtime.shutdown_background();
    match ended {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vitrine: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
