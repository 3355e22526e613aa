//! What there is none of: analyses, dashboards, templates and themes, which nothing here could draw, and ingestions.

use super::asset::{Kind as Asset, take};
use super::{Done, PAGES, QuickSight, error, read_place};
use crate::Call;

/// One of the kinds that there are none of.
pub(crate) struct Kind {
    name: &'static str,
    plural: &'static str,
    id: &'static str,
    list: &'static str,
}

const KINDS: [Kind; 4] = [
    Kind { name: "Analysis", plural: "Analyses", id: "AnalysisId", list: "AnalysisSummaryList" },
    Kind { name: "Dashboard", plural: "Dashboards", id: "DashboardId", list: "DashboardSummaryList" },
    Kind { name: "Template", plural: "Templates", id: "TemplateId", list: "TemplateSummaryList" },
    Kind { name: "Theme", plural: "Themes", id: "ThemeId", list: "ThemeSummaryList" },
];

impl Kind {
    /// The kind that an operation lists, reads, changes or deletes.
    pub fn of(operation: &str) -> Option<Self> {
        if let Some(plural) = operation.strip_prefix("List") {
            return KINDS.into_iter().find(|kind| kind.plural == plural);
        }
        let verbs = ["Describe", "Delete", "Update"];
        let noun = verbs.iter().find_map(|verb| operation.strip_prefix(verb))?;
        let noun = noun.strip_suffix("Permissions").unwrap_or(noun);
        KINDS.into_iter().find(|kind| kind.name == noun)
    }
}

/// Lists none, and finds none.
pub(crate) fn call(operation: &str, kind: &Kind, mut call: Call) -> Done {
    read_place(&mut call)?;
    if operation.starts_with("List") {
        let page = PAGES.read(&mut call.input)?;
        call.input.keep(&["Type"]);
        call.input.finish()?;
        return Ok(page.answer(kind.list, []));
    }
    let id = call.input.required(kind.id)?;
    Err(error::no_such(kind.name, &id))
}

/// A data set's ingestions, of which there are none.
pub(crate) fn ingestions(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Asset::DataSet)?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    quicksight.asset(&place, Asset::DataSet, &id)?;
    Ok(page.answer("Ingestions", []))
}

pub(crate) fn ingestion(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Asset::DataSet)?;
    let ingestion = call.input.required("IngestionId")?;
    call.input.finish()?;
    quicksight.asset(&place, Asset::DataSet, &id)?;
    Err(error::no_such("Ingestion", &ingestion))
}
