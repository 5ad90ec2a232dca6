//! `doorstep keys`: the keys that sign access tokens.

use clap::Subcommand;
use serde_json::json;

use super::output::Output;
use super::workplace::Workplace;

/// List and rotate the keys that sign access tokens.
///
/// A server that runs takes a new key up by itself, within seconds. The public parts of all keys that are still believed
/// are at /.well-known/jwks.json.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  doorstep keys list
  doorstep keys rotate     once or twice a year, and when somebody who had access to the data folder leaves")]
pub(crate) enum Keys {
    /// Make a new key that signs from now on. The old one is believed until the last token that it signed has run out;
    /// nobody has to sign in again.
    Rotate,
    /// List the keys: which one signs, and how long the others are believed.
    List,
}

impl Keys {
    pub(crate) fn run(self, at: &Workplace, output: Output) -> anyhow::Result<()> {
        match self {
            Self::Rotate => {
                let made = at.keys.rotate(&*at.environment)?;
                output.say(&format!("{} signs from now on.", made.kid), &made)
            }
            Self::List => {
                let keys = at.keys.list()?;
                let row = |key: &doorstep_server::auth::KeyState| {
                    let state = match key.verifies_until {
                        None => "signs".to_owned(),
                        Some(until) if until > at.environment.now() => format!("believed until {until}"),
                        Some(_) => "no longer believed; goes with the next rotation".to_owned(),
                    };
                    vec![key.kid.clone(), key.created_at.to_string(), state]
                };
                let rows: Vec<Vec<String>> = keys.iter().map(row).collect();
                output.table(&["Key", "Made", ""], rows, &json!(keys))
            }
        }
    }
}
