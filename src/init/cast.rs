//! Who and what a feature is about: the principals and the buckets of a stack, and what to call them.

use serde_json::Value;

use crate::acceptance::Stack;

/// So many principals and buckets are looked at: a first feature is to be read by a person.
const MOST: usize = 10;

/// A name of the feature, and the sentence that gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub name: String,
    /// The sentence, without its keyword.
    pub given: String,
    /// The name on AWS.
    pub real: String,
    /// Whether it goes with an article, as the key of a `for_each` does not.
    pub article: bool,
}

impl Named {
    /// The principal in a sentence: `the accessor`, or its name in quotes where an article does not go with it.
    pub fn who(&self) -> String {
        match self.article {
            true => format!("the {}", self.name),
            false => format!("\"{}\"", self.name),
        }
    }
}

/// A role, and who may be able to take it.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub name: String,
    pub real: String,
    article: bool,
    address: String,
    /// Services that its trust policy names.
    pub services: Vec<String>,
}

/// What a stack has.
#[derive(Debug, Default)]
pub(super) struct Cast {
    pub users: Vec<Named>,
    pub roles: Vec<Role>,
    pub buckets: Vec<Named>,
    /// What there is more of than a first feature can hold, or cannot be played.
    pub left_out: Vec<String>,
}

impl Cast {
    /// Users that have an access key, roles, and buckets.
    pub fn of(stack: &Stack) -> Self {
        let mut cast = Self::default();
        let mut names = Names(["operator", "nobody"].map(str::to_owned).to_vec());
        // Buckets first: a label that says what is stored says little of who stores it.
        for (address, attributes) in &stack.resources {
            if let Some(label) = label(address, "aws_s3_bucket") {
                let real = text(attributes, "bucket");
                let (name, article) = names.unused(label, "bucket", &real);
                let given = format!("\"{name}\" is the bucket \"{address}\"");
                cast.buckets.push(Named { name, given, real, article });
            }
        }
        for (address, attributes) in &stack.resources {
            if let Some(label) = label(address, "aws_iam_access_key") {
                let real = text(attributes, "user");
                if !cast.users.iter().any(|user| user.real == real) {
                    let (name, article) = names.unused(label, "user", &real);
                    let given = format!("\"{name}\" is the user of \"{address}\"");
                    cast.users.push(Named { name, given, real, article });
                }
            }
            if let Some(label) = label(address, "aws_iam_role") {
                let real = text(attributes, "name");
                let (name, article) = names.unused(label, "role", &real);
                let services = services(&text(attributes, "assume_role_policy"));
                cast.roles.push(Role { name, real, article, address: address.clone(), services });
            }
        }
        cast.shorten();
        cast
    }

    fn shorten(&mut self) {
        let mut left_out = Vec::new();
        let users = self.users.drain(self.users.len().min(MOST)..).map(|it| format!("the user {}", it.real));
        left_out.extend(users);
        let roles = self.roles.drain(self.roles.len().min(MOST)..).map(|it| format!("the role {}", it.real));
        left_out.extend(roles);
        let buckets =
            self.buckets.drain(self.buckets.len().min(MOST)..).map(|it| format!("the bucket {}", it.real));
        left_out.extend(buckets);
        let told = left_out.into_iter().map(|it| format!("{it}: this feature has enough already"));
        self.left_out.extend(told);
    }
}

impl Role {
    /// Every way in which it may be taken, the plainest first: by a user of the stack, by a service that its trust
    /// policy names, by the operator.
    pub fn ways<'a>(&'a self, users: &'a [Named]) -> impl Iterator<Item = Named> + 'a {
        let Self { name, real, article, address, services } = self;
        let by_user = users
            .iter()
            .map(move |user| format!("\"{name}\" is the role \"{address}\" assumed by {}", user.who()));
        let by_service = services
            .iter()
            .map(move |service| format!("\"{name}\" is the role \"{address}\" as \"{service}\" takes it"));
        let by_operator = format!("\"{name}\" is the role \"{address}\" assumed by operator");
        by_user.chain(by_service).chain([by_operator]).map(|given| Named {
            name: name.clone(),
            given,
            real: real.clone(),
            article: *article,
        })
    }
}

/// What an address of that type has after it: `person["alice"]` of `module.x.aws_iam_user.person["alice"]`.
fn label<'a>(address: &'a str, kind: &str) -> Option<&'a str> {
    let rest = match address.strip_prefix(kind) {
        Some(rest) => rest,
        None => address.rsplit_once(&format!(".{kind}"))?.1,
    };
    rest.strip_prefix('.')
}

/// The names that are given already.
struct Names(Vec<String>);

impl Names {
    /// What to call a resource with that label and that name on AWS, and whether an article goes with it: by the key of
    /// its `for_each`, by its label, by the last word of its name, else by its label and what it is.
    fn unused(&mut self, label: &str, kind: &str, real: &str) -> (String, bool) {
        let (plain, key) = label.split_once('[').unwrap_or((label, ""));
        let (plain, key) = (words(plain), words(key));
        let last = real.rsplit(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
        let keyed = format!("{plain} {key}").trim().to_owned();
        let spelled = key.chars().next().is_some_and(|letter| letter.is_ascii_alphabetic());
        let candidates = [
            spelled.then(|| (key.clone(), false)),
            Some((keyed.clone(), true)),
            (last.len() > 2).then(|| (last.to_owned(), true)),
            Some((format!("{keyed} {kind}"), true)),
        ];
        let numbered = (2..).map(|number| (format!("{keyed} {kind} {number}"), true));
        let mut free =
            candidates.into_iter().flatten().chain(numbered).filter(|(name, _)| !self.0.contains(name));
        let (name, article) = free.next().unwrap_or_default();
        self.0.push(name.clone());
        // Words with digits in them are hard to tell from the rest of a sentence.
        let plain = name.chars().all(|letter| letter.is_ascii_alphabetic() || letter == ' ');
        (name, article && plain)
    }
}

fn words(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn text(attributes: &Value, name: &str) -> String {
    attributes.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The services that a trust policy names, whatever it says of them: whether it admits them is asked by playing.
fn services(trust: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(trust).unwrap_or_default();
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(statement) => vec![statement.clone()],
        None => Vec::new(),
    };
    let named = statements.iter().filter_map(|it| it.get("Principal")?.get("Service"));
    let mut services: Vec<String> = named.flat_map(super::keys::strings).collect();
    services.dedup();
    services
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_words_that_only_one_thing_has() {
        let mut names = Names(vec!["operator".to_owned()]);
        let mut named = |label: &str, real: &str| names.unused(label, "role", real);
        let told = |name: &str, article: bool| (name.to_owned(), article);
        assert_eq!(named("data_migration", "x"), told("data migration", true));
        assert_eq!(named("data-migration", "dev-migrator"), told("migrator", true));
        assert_eq!(named("data.migration", "dev-migrator"), told("data migration role", true));
        assert_eq!(named("data.migration", "dev-migrator"), told("data migration role 2", false));
        assert_eq!(named("person[\"alice\"]", "alice"), told("alice", false));
        assert_eq!(named("person[0]", "p-0"), told("person 0", false));
        assert_eq!(named("operator", "operator"), told("operator role", true));
        assert_eq!(label("module.a[\"x\"].aws_iam_role.b[0]", "aws_iam_role"), Some("b[0]"));
        assert_eq!(label("aws_iam_role_policy.b", "aws_iam_role"), None);
    }
}
