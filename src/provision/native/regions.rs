//! What the provider knows of regions: those of the partition `aws`.

/// One region.
pub struct Region {
    /// Its code: `eu-west-2`.
    pub name: &'static str,
    /// Its name in words.
    pub description: &'static str,
    /// The Route 53 hosted zone of its S3 website endpoint:
    /// <https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints>.
    pub s3_hosted_zone: &'static str,
}

/// The region of that code.
pub fn named(name: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.name == name)
}

/// Regions whose website endpoints are written with a dash, as all of them once were.
const DASHED: [&str; 8] = [
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-west-1",
    "sa-east-1",
    "us-east-1",
    "us-west-1",
    "us-west-2",
];

/// What the websites of a region's buckets are under.
pub fn website_domain(region: &str) -> String {
    let mark = if DASHED.contains(&region) { '-' } else { '.' };
    format!("s3-website{mark}{region}.amazonaws.com")
}

const fn row(name: &'static str, description: &'static str, s3_hosted_zone: &'static str) -> Region {
    Region { name, description, s3_hosted_zone }
}

static REGIONS: [Region; 30] = [
    row("af-south-1", "Africa (Cape Town)", "Z83WF9RJE8B12"),
    row("ap-east-1", "Asia Pacific (Hong Kong)", "ZNB98KWMFR0R6"),
    row("ap-northeast-1", "Asia Pacific (Tokyo)", "Z2M4EHUR26P7ZW"),
    row("ap-northeast-2", "Asia Pacific (Seoul)", "Z3W03O7B5YMIYP"),
    row("ap-northeast-3", "Asia Pacific (Osaka)", "Z2YQB5RD63NC85"),
    row("ap-south-1", "Asia Pacific (Mumbai)", "Z11RGJOFQNVJUP"),
    row("ap-south-2", "Asia Pacific (Hyderabad)", "Z02976202B4EZMXIPMXF7"),
    row("ap-southeast-1", "Asia Pacific (Singapore)", "Z3O0J2DXBE1FTB"),
    row("ap-southeast-2", "Asia Pacific (Sydney)", "Z1WCIGYICN2BYD"),
    row("ap-southeast-3", "Asia Pacific (Jakarta)", "Z01846753K324LI26A3VV"),
    row("ap-southeast-4", "Asia Pacific (Melbourne)", "Z0312387243XT5FE14WFO"),
    row("ap-southeast-5", "Asia Pacific (Malaysia)", "Z08660063OXLMA7F1FJHU"),
    row("ca-central-1", "Canada (Central)", "Z1QDHH18159H29"),
    row("ca-west-1", "Canada West (Calgary)", "Z03565811Z33SLEZTHOUL"),
    row("eu-central-1", "Europe (Frankfurt)", "Z21DNDUVLTQW6Q"),
    row("eu-central-2", "Europe (Zurich)", "Z030506016YDQGETNASS"),
    row("eu-north-1", "Europe (Stockholm)", "Z3BAZG2TWCNX0D"),
    row("eu-south-1", "Europe (Milan)", "Z30OZKI7KPW7MI"),
    row("eu-south-2", "Europe (Spain)", "Z0081959F7139GRJC19J"),
    row("eu-west-1", "Europe (Ireland)", "Z1BKCTXD74EZPE"),
    row("eu-west-2", "Europe (London)", "Z3GKZC51ZF0DB4"),
    row("eu-west-3", "Europe (Paris)", "Z3R1K369G5AVDG"),
    row("il-central-1", "Israel (Tel Aviv)", "Z09640613K4A3MN55U7GU"),
    row("me-central-1", "Middle East (UAE)", "Z06143092I8HRXZRUZROF"),
    row("me-south-1", "Middle East (Bahrain)", "Z1MPMWCPA7YB62"),
    row("sa-east-1", "South America (Sao Paulo)", "Z7KQH4QJS55SO"),
    row("us-east-1", "US East (N. Virginia)", "Z3AQBSTGFYJSTF"),
    row("us-east-2", "US East (Ohio)", "Z2O1EMRO9K5GLX"),
    row("us-west-1", "US West (N. California)", "Z2F56UZL2M1ACD"),
    row("us-west-2", "US West (Oregon)", "Z3BJ6K6RIION7M"),
];
