//! What ends the program: said on its last line.

pub type Failure = Box<dyn std::error::Error + Send + Sync>;
