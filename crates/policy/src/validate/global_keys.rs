//! The condition keys that every service knows (IAM documentation, "AWS global condition context keys").

/// Keys without their `aws:`, in lower case.
const KEYS: &[&str] = &[
    "assumedroot",
    "calledvia",
    "calledviaawsmcp",
    "calledviafirst",
    "calledvialast",
    "chatbotsourcearn",
    "currenttime",
    "ec2instancesourceprivateipv4",
    "ec2instancesourcevpc",
    "epochtime",
    "federatedprovider",
    "ismcpserviceaction",
    "multifactorauthage",
    "multifactorauthpresent",
    "principalaccount",
    "principalarn",
    "principalisawsservice",
    "principalorgid",
    "principalorgpaths",
    "principalservicename",
    "principalservicenameslist",
    "principaltype",
    "referer",
    "requestedregion",
    "resourceaccount",
    "resourceorgid",
    "resourceorgpaths",
    "securetransport",
    "signinsessionarn",
    "sourceaccount",
    "sourcearn",
    "sourceidentity",
    "sourceip",
    "sourceorgid",
    "sourceorgpaths",
    "sourceowner",
    "sourcevpc",
    "sourcevpcarn",
    "sourcevpce",
    "tagkeys",
    "tokenissuetime",
    "useragent",
    "userid",
    "username",
    "viaawsmcpservice",
    "viaawsservice",
    "vpceaccount",
    "vpceorgid",
    "vpceorgpaths",
    "vpcsourceip",
];

/// Keys that go on with a tag's key.
const OF_TAGS: [&str; 3] = ["principaltag/", "requesttag/", "resourcetag/"];

/// Whether `aws:` and that name, in lower case, is a global key.
pub(super) fn is_global(name: &str) -> bool {
    KEYS.contains(&name)
        || OF_TAGS.iter().any(|prefix| name.strip_prefix(prefix).is_some_and(|tag| !tag.is_empty()))
}
