//! What the schema does not know and the configuration does not need.

use crate::support::module;
use stackproof_terraform::{Configuration, Inputs, plan};

/// How many resources there would be, or what is wrong.
fn planned(text: &str) -> Result<usize, String> {
    let directory = module(&[("main.tf", text)]);
    let planned = Configuration::load(directory.path(), &Inputs::default()).and_then(|it| plan(&it));
    planned.map(|plan| plan.creates.len()).map_err(|wrong| wrong.to_string())
}

#[test]
fn a_type_that_is_not_known_is_missed_where_there_is_an_instance_of_it() {
    let of = |repetition: &str| {
        planned(&format!(
            "variable \"on\" {{\n  default = false\n}}\n\nresource \"aws_newer_than_this\" \"a\" {{\n  {repetition}\n  name = \"a\"\n}}\n\n\
             output \"id\" {{\n  value = try(aws_newer_than_this.a[0].id, \"none\")\n}}\n"
        ))
    };
    assert_eq!(of("count = var.on ? 1 : 0"), Ok(0));
    assert_eq!(of("for_each = toset([])"), Ok(0));
    for repetition in ["count = var.on ? 0 : 1", "for_each = toset([\"a\"])", ""] {
        let wrong = of(repetition).unwrap_err();
        assert!(wrong.contains("unknown resource type `aws_newer_than_this`"), "{repetition}: {wrong}");
    }
    let called = |count: usize| {
        let directory = module(&[
            ("main.tf", &format!("module \"m\" {{\n  source = \"./m\"\n  count  = {count}\n}}\n")),
            (
                "m/main.tf",
                "resource \"aws_newer_than_this\" \"a\" {}\n\ndata \"aws_newer_as_well\" \"a\" {}\n",
            ),
        ]);
        let planned = Configuration::load(directory.path(), &Inputs::default()).and_then(|it| plan(&it));
        planned.map(|plan| plan.creates.len()).map_err(|wrong| wrong.to_string())
    };
    assert_eq!(called(0), Ok(0));
    assert!(called(1).unwrap_err().contains("unknown resource type `aws_newer_than_this`"));
}

#[test]
fn an_argument_that_is_not_known_is_missed_where_it_says_something() {
    let of = |argument: &str| {
        planned(&format!(
            "variable \"none\" {{\n  default = null\n}}\n\nvariable \"some\" {{\n  default = [1]\n}}\n\n\
             resource \"aws_sqs_queue\" \"a\" {{\n  name = \"a\"\n  {argument}\n}}\n"
        ))
    };
    let dynamic = |each: &str| {
        format!(
            "dynamic \"newer\" {{\n    for_each = {each}\n    content {{\n      a = newer.value\n    }}\n  }}"
        )
    };
    for nothing in ["newer = var.none", "newer = try(var.none[0], [])", &dynamic("try(var.none[*], [])")] {
        assert_eq!(of(nothing), Ok(1), "{nothing}");
    }
    for something in ["newer = 1", "newer = null", "newer = var.some", "newer = var.some[0]"] {
        let wrong = of(something).unwrap_err();
        assert!(wrong.contains("unknown argument `newer`"), "{something}: {wrong}");
    }
    for something in [&dynamic("var.some"), &dynamic("[]"), "newer {}"] {
        let wrong = of(something).unwrap_err();
        assert!(wrong.contains("unknown block `newer`"), "{something}: {wrong}");
    }
}
