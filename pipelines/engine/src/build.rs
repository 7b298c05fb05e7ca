//! Builds: every model in its order, computed or reused, checked, and only then published as a release.
//!
//! Promises that a build which fails or dies leaves readers with the release before, that a reused partition is exactly
//! what computing it again would give, and that [`Build`] is not a [`Release`] until [`Build::publish`] made it one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kernel::{Clock, Digest, Fault, Result, Store, Timestamp, names::TableName};

use crate::{
    checks,
    compute::{Computer, Written},
    fault::{E014, E018},
    graph::{Graph, PeriodSpan},
    model::Model,
    partitions::{self, Fingerprints, Scope, State},
    release::{InputVersion, LandedVersion, RELEASE_FORMAT, Release, TableVersion},
    report::{BuildOptions, NodeReport, Progress, Reason, report},
    session::Runtime,
    warehouse::Warehouse,
};

/// What publishing a build came to.
#[derive(Debug)]
pub enum Outcome {
    /// A new release.
    Released(Box<Release>),
    /// Everything is as in this release, so there is no new one.
    NothingNew(Box<Release>),
}

/// Tables computed and checked, not yet visible to anybody.
#[derive(Debug)]
pub struct Build {
    before: Option<Release>,
    release: Release,
    reports: Vec<NodeReport>,
    is_dry: bool,
    would_change: bool,
}

impl Build {
    /// Computes and checks what changed; the clock only measures how long it took.
    ///
    /// # Errors
    /// E011 and E012 for a model that fails or is unfit, E007 and E019 for the surroundings. Readers keep the release
    /// before in every case.
    pub async fn run(
        warehouse: &Warehouse,
        graph: &Graph,
        options: &BuildOptions,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let store = warehouse.store();
        let before = Release::latest(&*store).await?;
        let mut state = State::default();
        for table in graph.landed() {
            let up_to = options.inputs.as_ref().map(|inputs| inputs.get(&table.name).copied().unwrap_or(0));
            state.landed.insert(table.name.clone(), LandedVersion::read(&*store, &table.name, up_to).await?);
        }
        let runtime = Runtime::new(&options.session, Some(warehouse.object_store()))?;
        let mut builder = Builder {
            store,
            graph,
            options,
            clock,
            runtime,
            before: before.as_ref(),
            state,
            changed: BTreeSet::new(),
            imagined: BTreeMap::new(),
        };
        let mut reports = Vec::with_capacity(graph.models().len());
        for (index, model) in graph.models().iter().enumerate() {
            progress.node_started(&model.name, index, graph.models().len());
            let report = builder.node(model).await?;
            progress.node_done(&report);
            reports.push(report);
        }
        let Builder { state, .. } = builder;
        let would_change = reports.iter().any(|report| !report.partitions_computed.is_empty() || report.is_changed);
        let number = before.as_ref().map_or(1, |release| release.number + 1);
        let release = release(graph, options, state, number);
        Ok(Self { before, release, reports, is_dry: options.dry_run, would_change })
    }

    /// Model by model, in the order of the graph.
    pub fn reports(&self) -> &[NodeReport] {
        &self.reports
    }

    /// Whether publishing would make a new release.
    pub fn changes(&self) -> bool {
        if self.is_dry {
            self.would_change
        } else {
            self.before.as_ref().is_none_or(|before| differs(before, &self.release))
        }
    }

    /// The tables as they would be published.
    pub fn tables(&self) -> &BTreeMap<TableName, TableVersion> {
        &self.release.tables
    }

    /// Makes the build visible: one manifest, written if absent.
    ///
    /// # Errors
    /// E010 if another run took the number, E007 from the store.
    pub async fn publish(self, warehouse: &Warehouse) -> Result<Outcome> {
        match &self.before {
            Some(before) if self.is_dry || !differs(before, &self.release) => {
                return Ok(Outcome::NothingNew(Box::new(before.clone())));
            }
            None if self.is_dry => {
                return Err(Fault::new(E014, "a dry run releases nothing, and there is no release yet"));
            }
            _ => {}
        }
        self.release.write(&*warehouse.store()).await?;
        Ok(Outcome::Released(Box::new(self.release)))
    }
}

fn differs(before: &Release, after: &Release) -> bool {
    before.tables != after.tables
        || before.inputs != after.inputs
        || before.parameters != after.parameters
        || before.stale_tables != after.stale_tables
}

fn release(graph: &Graph, options: &BuildOptions, state: State, number: u64) -> Release {
    let inputs: BTreeMap<TableName, InputVersion> =
        state.landed.into_iter().map(|(name, landed)| (name, landed.version)).collect();
    Release {
        format: RELEASE_FORMAT,
        number,
        run_id: options.run_id.clone(),
        released_at: options.now,
        program_version: options.program_version.clone(),
        graph_hash: graph.hash(),
        parameters: graph.parameters().values().map(|p| (p.name.clone(), p.value.clone())).collect(),
        inputs,
        tables: state.tables,
        stale_tables: state.stale,
        rolled_back_to: None,
    }
}

struct Builder<'a> {
    store: Arc<dyn Store>,
    graph: &'a Graph,
    options: &'a BuildOptions,
    clock: &'a dyn Clock,
    runtime: Runtime,
    before: Option<&'a Release>,
    state: State,
    /// Tables whose bytes differ from the release before.
    changed: BTreeSet<TableName>,
    /// What a dry run would have computed.
    imagined: BTreeMap<TableName, Scope>,
}

impl Builder<'_> {
    fn ms_since(&self, started: Timestamp) -> u64 {
        self.clock.now().0.saturating_sub(started.0).max(0).unsigned_abs() / 1000
    }

    async fn node(&mut self, model: &Model) -> Result<NodeReport> {
        let before = self.before.and_then(|release| release.tables.get(&model.name));
        let prints = partitions::fingerprints(self.graph, model, &self.state, before);
        let selected = self.options.selected.as_ref().is_none_or(|selected| selected.contains(&model.name));
        let wanted = partitions::scope(model, &prints, before, self.options.full);
        let scope = match selected {
            true => self.narrowed(model, wanted.clone(), &prints, before)?,
            false => Scope::Some(BTreeSet::new()),
        };
        let is_narrowed = scope != wanted;
        if is_narrowed || model.inputs.iter().any(|input| self.state.stale.contains(input)) {
            self.state.stale.insert(model.name.clone());
        }
        let scope = if selected && self.options.dry_run {
            partitions::imagined(self.graph, model, scope, &prints, &self.imagined, &self.state)
        } else {
            scope
        };
        let is_idle = scope == Scope::Some(BTreeSet::new());
        if let (true, Some(before)) = (is_idle, before) {
            let reason = if selected { Reason::Reused } else { Reason::NotSelected };
            self.state.tables.insert(model.name.clone(), before.clone());
            self.recheck(model).await?;
            return Ok(report(model, reason, before, Vec::new(), false));
        }
        if is_idle && !selected {
            return Err(Fault::new(E014, format!("`{}` is not selected, and no release has it yet", model.name))
                .hint("run once without `--select`, or select with `+` before the name"));
        }
        let reason = self.reason(model, &prints, before);
        if self.options.dry_run {
            return Ok(self.imagined(model, reason, &scope, before));
        }
        let started = self.clock.now();
        let computer = Computer { store: &self.store, graph: self.graph, runtime: &self.runtime, state: &self.state };
        let written = computer.compute(model, &scope).await?;
        if scope == Scope::Whole {
            computer.audit(model, &prints, &written).await?;
        }
        let computed = computed(&scope, &prints, &written);
        let table = computer.merged(model, &prints, &scope, before, written, is_narrowed);
        let run_ms = self.ms_since(started);
        let is_changed = before.is_none_or(|before| !before.same_content(&table));
        self.state.tables.insert(model.name.clone(), table.clone());
        if is_changed {
            self.changed.insert(model.name.clone());
        }
        let started = self.clock.now();
        self.check(model).await?;
        let check_ms = self.ms_since(started);
        Ok(NodeReport { run_ms, check_ms, ..report(model, reason, &table, computed, is_changed) })
    }

    /// The partitions to compute, within the periods asked for. A table whose partitions do not follow those of its
    /// inputs is computed whole: that is how a new period enters.
    fn narrowed(
        &self,
        model: &Model,
        scope: Scope,
        prints: &Fingerprints,
        before: Option<&TableVersion>,
    ) -> Result<Scope> {
        let Some((from, to)) = &self.options.periods else { return Ok(scope) };
        let is_same_shape =
            before.is_some_and(|before| before.columns == model.sidecar.columns() && before.key == model.sidecar.key);
        if !is_same_shape || !partitions::reads_by_partition(model, &self.state) {
            return Ok(scope);
        }
        let span = |period: &String| -> Result<&PeriodSpan> {
            self.graph.periods().get(period).ok_or_else(|| {
                Fault::new(E018, format!("`{period}` is not a period of the calendar"))
                    .hint("write a month as `2026-11` or a quarter as `2026-Q4`, within the years of the calendar")
            })
        };
        Ok(partitions::within(scope, prints, span(from)?, span(to)?, self.graph))
    }

    fn reason(&self, model: &Model, prints: &Fingerprints, before: Option<&TableVersion>) -> Reason {
        let Some(before) = before else { return Reason::New };
        if self.options.full {
            return Reason::Full;
        }
        if before.model_hash != model.hash {
            return Reason::ModelChanged;
        }
        let landed_changed = |input: &TableName| {
            self.state.landed.get(input).is_some_and(|landed| {
                self.before.and_then(|release| release.inputs.get(input)).is_none_or(|known| known != &landed.version)
            })
        };
        let changed: Vec<TableName> = model
            .inputs
            .iter()
            .filter(|input| self.changed.contains(*input) || landed_changed(input) || input.table() == "batches")
            .cloned()
            .collect();
        if changed.is_empty() && before.fingerprint != prints.table {
            Reason::ParametersChanged
        } else {
            Reason::InputsChanged(changed)
        }
    }

    /// What a dry run says: the table stays as it was, but counts as changed for those that read it.
    fn imagined(&mut self, model: &Model, reason: Reason, scope: &Scope, before: Option<&TableVersion>) -> NodeReport {
        self.changed.insert(model.name.clone());
        self.imagined.insert(model.name.clone(), scope.clone());
        let partitions = match scope {
            Scope::Whole => vec!["*".to_owned()],
            Scope::Some(values) => values.iter().cloned().collect(),
        };
        let table = before.cloned().unwrap_or_else(|| TableVersion {
            columns: model.sidecar.columns(),
            key: model.sidecar.key.clone(),
            partition_column: model.sidecar.partition_column().map(str::to_owned),
            model_hash: model.hash,
            fingerprint: Digest::of(b""),
            partitions: Vec::new(),
        });
        let report = report(model, reason, &table, partitions, true);
        self.state.tables.insert(model.name.clone(), table);
        report
    }

    async fn check(&self, model: &Model) -> Result<()> {
        checks::run(&self.runtime, self.graph, model, &self.state).await
    }

    /// Checks a reused table again if a table that its checks compare it with has changed.
    async fn recheck(&self, model: &Model) -> Result<()> {
        if !self.options.dry_run && model.compared.iter().any(|other| self.changed.contains(other)) {
            return self.check(model).await;
        }
        Ok(())
    }
}

fn computed(scope: &Scope, prints: &Fingerprints, written: &Written) -> Vec<String> {
    let written: BTreeSet<String> = written.keys().map(|value| value.clone().unwrap_or_default()).collect();
    match scope {
        Scope::Some(values) => {
            values.iter().filter(|v| prints.partitions.contains_key(*v) || written.contains(*v)).cloned().collect()
        }
        Scope::Whole if written.is_empty() => vec![String::new()],
        Scope::Whole => written.into_iter().collect(),
    }
}
