//! What a program is told by its environment.

use crate::Error;

/// The variables of an environment. An empty one is one that is not set.
pub struct Settings(Box<Variables>);

/// What knows variables by their names.
type Variables = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Settings {
    /// The variables of this process.
    pub fn of_process() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }

    /// The variables that `lookup` knows.
    pub fn new(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Box::new(lookup))
    }

    /// A variable that need not be set.
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// A variable without which the program cannot run.
    ///
    /// # Errors
    /// If it is not set.
    pub fn required(&self, name: &str) -> Result<String, Error> {
        self.optional(name).ok_or_else(|| {
            Error::new(format!("`{name}` is not set")).hint("the stack gives it to the program")
        })
    }

    /// What a variable lists, between commas.
    ///
    /// # Errors
    /// If it is not set, or lists nothing.
    pub fn list(&self, name: &str) -> Result<Vec<String>, Error> {
        let text = self.required(name)?;
        let entries: Vec<_> =
            text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
        if entries.is_empty() {
            return Err(Error::new(format!("`{name}` lists nothing")).hint("entries stand between commas"));
        }
        Ok(entries)
    }

    /// Which of `choices` a variable says, the first if it is not set.
    ///
    /// # Errors
    /// If it says something else.
    pub fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Result<T, Error> {
        let names =
            || choices.iter().map(|(choice, _)| format!("`{choice}`")).collect::<Vec<_>>().join(" or ");
        let said = self.optional(name);
        choices
            .iter()
            .find(|(choice, _)| said.as_deref().is_none_or(|said| said == *choice))
            .map(|(_, value)| *value)
            .ok_or_else(|| {
                Error::new(format!("`{name}` is {}, not `{}`", names(), said.as_deref().unwrap_or_default()))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::new(|name| match name {
            "EMPTY" => Some(String::new()),
            "LIST" => Some("a, b,,c".to_owned()),
            "COMMAS" => Some(",".to_owned()),
            "MODE" => Some("local".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        assert_eq!(settings().optional("EMPTY"), None);
        assert_eq!(
            settings().required("EMPTY").unwrap_err().to_string(),
            "`EMPTY` is not set; hint: the stack gives it to the program"
        );
    }

    #[test]
    fn a_list_has_what_stands_between_commas() {
        assert_eq!(settings().list("LIST").unwrap(), ["a", "b", "c"]);
        assert!(settings().list("COMMAS").unwrap_err().to_string().starts_with("`COMMAS` lists nothing"));
        assert!(settings().list("NONE").is_err());
    }

    #[test]
    fn a_choice_is_one_of_those_or_the_first() {
        let settings = settings();
        assert_eq!(settings.choice("MODE", &[("ecs", 1), ("local", 2)]).unwrap(), 2);
        assert_eq!(settings.choice("NONE", &[("ecs", 1), ("local", 2)]).unwrap(), 1);
        assert_eq!(
            settings.choice("MODE", &[("ecs", 1), ("batch", 2)]).unwrap_err().to_string(),
            "`MODE` is `ecs` or `batch`, not `local`"
        );
    }
}
