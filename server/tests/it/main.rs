//! The server as its users meet it: through the router, and as a process.

mod http;
mod processes;
