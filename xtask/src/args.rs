//! The few command line forms xtask needs: `command word --flag --name value`.

use anyhow::{Context, Result, bail};

/// What is left of the command line; each question takes its answer out.
pub(crate) struct Args(Vec<String>);

impl Args {
    pub(crate) fn from_env() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// The first argument.
    pub(crate) fn command(&mut self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }

    /// Whether `--name` is there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let at = self.0.iter().position(|argument| argument == name);
        at.map(|at| self.0.remove(at)).is_some()
    }

    /// The value of `--name value` or `--name=value`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>> {
        if let Some(at) = self.0.iter().position(|argument| argument == name) {
            self.0.remove(at);
            if at >= self.0.len() {
                bail!("{name} needs a value");
            }
            return Ok(Some(self.0.remove(at)));
        }
        let joined = format!("{name}=");
        let at = self.0.iter().position(|argument| argument.starts_with(&joined));
        Ok(at.map(|at| self.0.remove(at).split_off(joined.len())))
    }

    /// A number after `--name`.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<u16>> {
        let value = self.value(name)?;
        value
            .map(|text| {
                text.parse()
                    .with_context(|| format!("{name} {text} is not a port number"))
            })
            .transpose()
    }

    /// The next argument that is no option. Ask for the options first.
    pub(crate) fn word(&mut self) -> Option<String> {
        let at = self.0.iter().position(|argument| !argument.starts_with('-'));
        at.map(|at| self.0.remove(at))
    }

    /// Fails when something was not asked for, with `help`; who asks for help gets it and nothing else.
    pub(crate) fn finish(self, help: &str) -> Result<()> {
        match self.0.first() {
            Some(asked) if ["--help", "-h"].contains(&asked.as_str()) => {
                println!("{help}");
                std::process::exit(0)
            }
            Some(unknown) => bail!("do not know {unknown}\n{help}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(text: &str) -> Args {
        Args(text.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn options_and_words_come_out_in_any_order() -> Result<()> {
        let mut args = args("run word --port 81 --data=there --empty");
        assert_eq!(args.command().as_deref(), Some("run"));
        assert_eq!(args.number("--port")?, Some(81));
        assert_eq!(args.value("--data")?.as_deref(), Some("there"));
        assert!(args.flag("--empty") && !args.flag("--release"));
        assert_eq!(args.word().as_deref(), Some("word"));
        args.finish("")
    }

    #[test]
    fn mistakes_are_said() {
        assert!(args("--port").value("--port").is_err());
        assert!(args("--port x").number("--port").is_err());
        assert!(args("--prot").finish("help").is_err());
    }
}
