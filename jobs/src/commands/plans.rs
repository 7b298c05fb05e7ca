//! `plan show`, `plan diff`, `plan check` and `plan schema`: what a plan is to whoever reads or writes it.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use kernel::{Fault, Place, documents::Number, exact::Fixed, names::TableName};
use plans::{
    PlanTable, PlanTables,
    reader::{self, Language, Outlook, PlanView, Seats, Threshold},
};
use serde_json::json;

use crate::{
    commands::{Console, fault_json},
    fault::{J006, J015, J019, Stop},
    output::counted,
    project::{self, PlanDocuments, Project},
    settings::substitute,
};

/// What to do with plan documents.
#[derive(Debug, Subcommand)]
pub enum Plan {
    /// Reads a plan and says what is wrong or odd about it, and what it costs at 80 to 120 % national attainment
    Check {
        /// The document
        file: PathBuf,
        /// Tells steps (one more unit, a hundredth of a percent of attainment) that change pay by more: `5%` of the target
        /// incentive or target, or `50` in money; without it, every place where the curve is interrupted
        #[arg(long = "jump", value_name = "SIZE")]
        jumps: Vec<String>,
    },
    /// Tells a plan in plain words, in the order in which it is computed, with its tiers and curves
    Show {
        /// The document
        file: PathBuf,
        /// The language
        #[arg(long, value_enum, default_value_t)]
        language: PlanLanguage,
        /// How it is written; only `html` has the curves drawn in it
        #[arg(long, value_enum, default_value_t)]
        format: PageFormat,
    },
    /// Says what changed between two versions of a plan, and what that does to pay
    Diff {
        /// The earlier and the later document; with one, what the last release holds is the earlier
        #[arg(required = true, num_args = 1..=2, value_names = ["OLD", "NEW"])]
        files: Vec<PathBuf>,
        /// The language
        #[arg(long, value_enum, default_value_t)]
        language: PlanLanguage,
    },
    /// Prints the JSON Schema of plan and rule-set documents, with which editors complete and explain
    Schema,
}

/// `plan …`
///
/// # Errors
/// Whatever the command says.
pub async fn plan(what: &Plan, console: &mut Console<'_>) -> Result<u8, Stop> {
    match what {
        Plan::Check { file, jumps } => check(console, file, jumps).await,
        Plan::Show { file, language, format } => show(console, file, *language, *format),
        Plan::Diff { files, language } => diff(console, files, *language).await,
        Plan::Schema => {
            console.json(&crate::schema::schema())?;
            Ok(0)
        }
    }
}

/// A language that plans are told in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum PlanLanguage {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl From<PlanLanguage> for Language {
    fn from(language: PlanLanguage) -> Self {
        match language {
            PlanLanguage::En => Self::En,
            PlanLanguage::De => Self::De,
        }
    }
}

/// How a told plan is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum PageFormat {
    /// For the terminal.
    #[default]
    Text,
    /// One page with every curve drawn, for reading and printing.
    Html,
    /// For programs.
    Json,
}

/// A document with the others of its project.
struct Neighbours {
    documents: Vec<plans::Document>,
    /// What the document is called among them.
    name: String,
    /// The project's folder, if it lies in one.
    root: Option<PathBuf>,
    /// What the project calls its calendar.
    calendar: Option<String>,
}

impl Neighbours {
    fn read(console: &Console<'_>, file: &Path) -> Result<Self, Stop> {
        let path = plan_file(console, file)?;
        let text = project::read_text(&path, &file.display().to_string())?;
        neighbours(console, &path, file, text)
    }

    /// The tables of the documents; others that are wrong do not keep this one from being read.
    fn tables(&self) -> Result<PlanTables, Stop> {
        let faults = match plans::compile(&self.documents) {
            Ok(tables) => return Ok(tables),
            Err(faults) => faults,
        };
        let is_wrong = |file: &str| faults.iter().any(|fault| fault.places().iter().any(|place| place.file == file));
        if !is_wrong(&self.name) {
            let sound: Vec<_> = self.documents.iter().filter(|one| !is_wrong(&one.file)).cloned().collect();
            return Ok(plans::compile(&sound)?);
        }
        Err(self.own(&faults).into())
    }

    /// The faults that concern the document, which says so if it lies in no project.
    fn own(&self, faults: &[Fault]) -> Vec<Fault> {
        let concerns_us = |fault: &&Fault| fault.places().iter().any(|place| place.file == self.name);
        let told = |fault: Fault| match self.root {
            None => fault.hint(format!(
                "`{}` lies in no project, so only its own names are known; `--project FOLDER` says whose to take",
                self.name
            )),
            Some(_) => fault,
        };
        faults.iter().filter(concerns_us).cloned().map(told).collect()
    }

    /// Plans for another calendar than the project's; outside a project every calendar is as good.
    fn foreign(&self) -> Vec<Fault> {
        let is_in_project = self.root.is_some();
        is_in_project.then(|| plans::calendar_faults(&self.documents, self.calendar.as_deref())).unwrap_or_default()
    }

    /// The plan that the document holds.
    fn view(&self) -> Result<PlanView, Stop> {
        let tables = self.tables()?;
        let id = PlanView::plans_of(&tables, &self.name).into_iter().next();
        let view = id.and_then(|id| PlanView::of(&tables, &id));
        view.ok_or_else(|| {
            Fault::new(J006, format!("`{}` holds no plan", self.name))
                .place(Place::file(&self.name))
                .hint("name a document that begins with `plan: ID`; a plan tells the rule sets that it counts by")
                .into()
        })
    }
}

/// `plan show FILE`
///
/// # Errors
/// Every fault of the document.
pub fn show(console: &mut Console<'_>, file: &Path, language: PlanLanguage, format: PageFormat) -> Result<u8, Stop> {
    let view = Neighbours::read(console, file)?.view()?;
    let page = reader::page(&view, language.into());
    match format {
        PageFormat::Json => console.json(&page)?,
        PageFormat::Text if console.global.json => console.json(&page)?,
        PageFormat::Text => write!(console.out, "{}", page.text())?,
        PageFormat::Html => write!(console.out, "{}", page.html())?,
    }
    Ok(0)
}

/// `plan diff [OLD] NEW`
///
/// # Errors
/// Every fault of a document; J006 if the last release does not hold the plan.
pub async fn diff(console: &mut Console<'_>, files: &[PathBuf], language: PlanLanguage) -> Result<u8, Stop> {
    let [older @ .., newer] = files else { return Err(Fault::new(J015, "no document is named").into()) };
    let neighbours = Neighbours::read(console, newer)?;
    let new = neighbours.view()?;
    let old = match older {
        [old, ..] => Neighbours::read(console, old)?.view()?,
        [] => released(console, &neighbours, new.id()).await?,
    };
    let found = reader::changes(&old, &new, language.into());
    if console.global.json {
        console.json(&found)?;
    } else {
        write!(console.out, "{}", found.text())?;
    }
    Ok(0)
}

/// The plan as the last release holds it.
async fn released(console: &Console<'_>, neighbours: &Neighbours, id: &str) -> Result<PlanView, Stop> {
    let project = match &neighbours.root {
        Some(root) => Project::load(root, &console.global.variables, console.environment)?,
        None => console.project()?,
    };
    let warehouse = console.warehouse(&project).await?;
    let release = console.release(&warehouse, None).await?;
    let mut tables = Vec::new();
    for (name, columns, key) in plans::table_shapes() {
        let conformed = TableName::new("conformed", name)?;
        if !release.tables.contains_key(&conformed) {
            continue;
        }
        // A release of an earlier version may lack columns.
        let sql = format!("select * from {conformed}");
        let answer = console.ask(&project, &warehouse, &release, &sql).await?;
        let fields: Vec<String> = answer.schema.fields().iter().map(|field| field.name().clone()).collect();
        let known = columns.into_iter().filter(|column| fields.contains(&column.name)).collect::<Vec<_>>();
        let places: Vec<Option<usize>> =
            known.iter().map(|column| fields.iter().position(|field| *field == column.name)).collect();
        let rows = answer.rows()?;
        let rows = rows.iter().map(|row| places.iter().map(|at| row.get((*at)?).cloned().flatten()).collect());
        tables.push(PlanTable { name, columns: known, key, rows: rows.collect() });
    }
    PlanView::of(&PlanTables { tables }, id).ok_or_else(|| {
        Fault::new(J006, format!("release {} holds no plan `{id}`", release.number))
            .hint("name the document to compare with: `tantieme plan diff OLD NEW`")
            .into()
    })
}

/// `plan check FILE`
///
/// The document is read together with the project's others, if it lies in one, because plans and rule sets name each
/// other; only what concerns this document is told.
///
/// # Errors
/// Every fault of the document, each with line and column.
pub async fn check(console: &mut Console<'_>, file: &Path, jumps: &[String]) -> Result<u8, Stop> {
    let thresholds: Vec<Threshold> = jumps.iter().map(|text| threshold(text)).collect::<Result<_, _>>()?;
    let neighbours = Neighbours::read(console, file)?;
    let name = &neighbours.name;
    let report = plans::check(&neighbours.documents);
    let mut all = report.faults.clone();
    all.extend(neighbours.foreign());
    let faults = neighbours.own(&all);
    let mut warnings: Vec<(u64, String)> =
        report.warnings.into_iter().filter(|one| one.file == *name).map(|one| (one.line, one.message)).collect();
    let mut found = Outlook::default();
    if faults.is_empty()
        && let Ok(view) = neighbours.view()
    {
        found = reader::outlook(&view, &thresholds, Language::En);
        let seats = seats(console, &neighbours, view.id()).await?;
        if let Some((seats, period_count)) = &seats {
            reader::spend(&view, seats, *period_count, Language::En, &mut found);
        }
        warnings.extend(found.warnings());
        warnings.sort();
    }
    if console.global.json {
        let warnings: Vec<_> = warnings.iter().map(|(line, text)| json!({"line": line, "message": text})).collect();
        let told: Vec<_> = faults.iter().map(fault_json).collect();
        console.json(&json!({
            "file": name, "is_sound": faults.is_empty(), "faults": told, "warnings": warnings, "jumps": found.jumps,
            "falls": found.falls, "costs": found.costs, "left_out_of_costs": found.left_out,
        }))?;
    } else {
        in_short(console, &neighbours)?;
        write!(console.out, "{}", found.text())?;
        for (line, message) in &warnings {
            writeln!(console.out, "look again: {name}:{line}: {message}")?;
        }
        if faults.is_empty() {
            let again =
                if warnings.is_empty() { "nothing".to_owned() } else { counted(warnings.len() as u64, "place") };
            writeln!(console.out, "`{name}` is sound, {again} to look at again")?;
        }
    }
    if faults.is_empty() { Ok(0) } else { Err(faults.into()) }
}

/// The plan's few lines above what was found.
fn in_short(console: &mut Console<'_>, neighbours: &Neighbours) -> Result<(), Stop> {
    let own: Vec<_> = neighbours.documents.iter().filter(|one| one.file == neighbours.name).cloned().collect();
    for plan in plans::summary(&own) {
        writeln!(console.out, "plan `{}` (version {}): {}", plan.plan_id, plan.plan_version, plan.title)?;
        writeln!(console.out, "  {}", plan.scope)?;
        for component in &plan.components {
            writeln!(console.out, "  {}: {}; {}", component.component_id, component.measure, component.curve)?;
            for tier in &component.tiers {
                writeln!(console.out, "    {tier}")?;
            }
        }
    }
    Ok(())
}

/// `5%` is a part, `50` an amount.
fn threshold(text: &str) -> Result<Threshold, Stop> {
    let number = Number::parse(text).and_then(|number| Fixed::parse(&number.0.to_string()));
    match number {
        Some(value) if value.units >= 0 && text.trim_end().ends_with('%') => Ok(Threshold::Share(value)),
        Some(value) if value.units >= 0 => Ok(Threshold::Amount(value)),
        _ => Err(Fault::new(J015, format!("`--jump {text}` is neither a part nor an amount"))
            .hint("write `--jump 5%` for parts of the target incentive or target, `--jump 50` for money")
            .into()),
    }
}

/// The seats that the last release measured by this plan, and in how many periods; none without project or release.
async fn seats(
    console: &Console<'_>,
    neighbours: &Neighbours,
    plan: &str,
) -> Result<Option<(Vec<Seats>, usize)>, Stop> {
    let Some(root) = &neighbours.root else { return Ok(None) };
    // Another document that is wrong is none of this one's business.
    let Ok(project) = Project::load(root, &console.global.variables, console.environment) else { return Ok(None) };
    let uri = project.warehouse_uri();
    if !uri.contains("://") && !Path::new(&uri).join("format.json").exists() {
        return Ok(None);
    }
    let warehouse = console.warehouse(&project).await?;
    let Ok(release) = console.release(&warehouse, None).await else { return Ok(None) };
    let sql = format!(
        "select measures.component_id, measures.period_target_value, eligibility.eligible_incentive_amount, \
         eligibility.pay_rate, eligibility.commission_rate, measures.period_id, count(1) as seat_count \
         from attainment.measures as measures inner join attainment.eligibility as eligibility \
         on measures.plan_id = eligibility.plan_id and measures.position_id = eligibility.position_id \
         and measures.payee_id = eligibility.payee_id and measures.period_id = eligibility.period_id \
         where measures.plan_id = '{plan}' and eligibility.window_kind = 'period' \
         group by measures.component_id, measures.period_target_value, eligibility.eligible_incentive_amount, \
         eligibility.pay_rate, eligibility.commission_rate, measures.period_id"
    );
    let needed = [TableName::new("attainment", "measures")?, TableName::new("attainment", "eligibility")?];
    if needed.iter().any(|name| !release.tables.contains_key(name)) {
        return Ok(None);
    }
    let rows = console.ask(&project, &warehouse, &release, &sql).await?.rows()?;
    let mut periods: Vec<String> = rows.iter().filter_map(|row| row.get(5).cloned().flatten()).collect();
    periods.sort();
    periods.dedup();
    let seats = rows.iter().map(|row| {
        let cell = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
        Seats {
            component_id: cell(0),
            target: cell(1),
            incentive: cell(2),
            part_of_days: cell(3),
            rate: cell(4),
            count: cell(6),
        }
    });
    Ok(Some((seats.collect(), periods.len())).filter(|(seats, _): &(Vec<Seats>, usize)| !seats.is_empty()))
}

/// The file as seen from where the user stands, or else from the project.
fn plan_file(console: &Console<'_>, file: &Path) -> Result<PathBuf, Stop> {
    let here = console.path(file);
    if here.exists() {
        return Ok(here);
    }
    let folder = console.project_folder().ok();
    let there = folder.as_ref().map(|folder| folder.join(file)).filter(|path| path.exists());
    if let Some(there) = there {
        return Ok(there);
    }
    let known = folder.and_then(|folder| project::plan_files(&folder).ok()).unwrap_or_default();
    let fault = Fault::new(J019, format!("there is no file `{}`", file.display()));
    let fault = fault.place(Place::file(here.display().to_string()));
    if known.is_empty() {
        return Err(fault.hint("compare the name with the files that are there").into());
    }
    Err(fault.hint(format!("the plans of the project are `{}`", known.join("`, `"))).into())
}

/// The document among the others of its project, and its name there.
fn neighbours(console: &Console<'_>, path: &Path, shown: &Path, text: String) -> Result<Neighbours, Stop> {
    let folder = path.parent().map(|parent| parent.canonicalize().unwrap_or_else(|_| parent.to_path_buf()));
    // A document that lies in no project is read with the documents of the project given.
    let in_project =
        folder.as_deref().and_then(|folder| project::find(folder).ok()).or_else(|| console.project_folder().ok());
    let name_outside = shown.display().to_string();
    let Some(root) = in_project else {
        let documents = vec![plans::Document { file: name_outside.clone(), text }];
        return Ok(Neighbours { documents, name: name_outside, root: None, calendar: None });
    };
    let plans_of = project::plan_documents(&root, &console.global.variables)?;
    let name = path.file_name().map(|name| format!("plans/{}", name.to_string_lossy())).unwrap_or_default();
    if folder.as_deref() == Some(root.join("plans").canonicalize().unwrap_or_else(|_| root.join("plans")).as_path())
        && plans_of.documents.iter().any(|document| document.file == name)
    {
        let PlanDocuments { documents, calendar, .. } = plans_of;
        return Ok(Neighbours { documents, name, root: Some(root), calendar });
    }
    let text = substitute(&text, &plans_of.variables, &name_outside)?;
    // From outside come versions of what the project has already; a plan needs no other plan.
    let (kind, id) = begins(&text);
    let mut documents = plans_of.documents;
    documents.retain(|one| match (kind, begins(&one.text)) {
        ("plan", ("plan", _)) => false,
        (_, known) => known != (kind, id),
    });
    documents.push(plans::Document { file: name_outside.clone(), text: text.clone() });
    Ok(Neighbours { documents, name: name_outside, root: Some(root), calendar: plans_of.calendar })
}

/// Which kind of document it is, and its name, as its line says.
fn begins(text: &str) -> (&str, &str) {
    let named =
        text.lines().find_map(|line| line.split_once(':').filter(|(key, _)| ["plan", "rule_set"].contains(key)));
    named.map_or(("", ""), |(key, name)| (key, name.split('#').next().unwrap_or_default().trim()))
}
