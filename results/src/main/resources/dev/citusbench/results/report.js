"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const run = data.manifest;

  // --- text and elements: data goes in as text nodes and attributes only

  const byId = (id) => document.getElementById(id);

  function el(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) {
        element.setAttribute(name, value === true ? "" : value);
      }
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  const show = (id) => { byId(id).hidden = false; };

  // --- units: three digits

  const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

  function digits(number) {
    const size = Math.abs(number);
    return size < 9.995 ? number.toFixed(2) : size < 99.95 ? number.toFixed(1) : grouped.format(number);
  }

  function nanos(value) {
    if (value === null || value === undefined) return "–";
    const size = Math.abs(value);
    if (size < 999.5) return Math.round(value) + " ns";
    if (size < 999.5e3) return digits(value / 1e3) + " µs";
    if (size < 999.5e6) return digits(value / 1e6) + " ms";
    return digits(value / 1e9) + " s";
  }

  /** For axes: 1 ms, 20 ms, 1 s, without needless zeros. */
  function shortNanos(value) {
    for (const [size, unit] of [[1e9, "s"], [1e6, "ms"], [1e3, "µs"]]) {
      if (value >= size) return +(value / size).toPrecision(3) + " " + unit;
    }
    return value + " ns";
  }

  const millis = (value) => nanos(value * 1e6);

  /** Given values such as periods, without needless zeros. */
  const period = (value) => value >= 1000 ? +(value / 1000).toFixed(3) + " s" : +value.toFixed(3) + " ms";

  const number = (value) => value === null || value === undefined ? "–"
    : Number.isInteger(value) || Math.abs(value) >= 999.5 ? grouped.format(value) : digits(value);

  /** A small share in percent, with its sign; what is 0 at these digits has none. */
  function smallPercent(share) {
    const shown = (100 * share).toFixed(4);
    return (+shown === 0 ? "0.0000" : +shown > 0 ? "+" + shown : shown) + " %";
  }

  function duration(seconds) {
    const whole = Math.round(seconds);
    if (whole < 60) return digits(seconds) + " s";
    return whole < 3600 ? Math.floor(whole / 60) + " min " + whole % 60 + " s"
      : Math.floor(whole / 3600) + " h " + Math.floor(whole % 3600 / 60) + " min";
  }

  function bytes(value) {
    if (value < 2 ** 20) return grouped.format(value) + " B";
    return value < 2 ** 30 ? digits(value / 2 ** 20) + " MiB" : digits(value / 2 ** 30) + " GiB";
  }

  const clock = (iso) => iso.slice(11, 19);
  const minutes = (seconds) => Math.floor(seconds / 60) + ":" + String(Math.floor(seconds % 60)).padStart(2, "0");
  const groupName = (group) => group === 0 ? "coordinator" : "worker" + group;

  const oneShard = (row) => row.planClass === "fast-path" || row.planClass === "router";
  const allShards = (row) => row.planClass === "multi-shard";

  // --- tables

  /** A percentile is shown only with ten samples or more beyond it. Rates are shown without any: JMH counts operations, not samples. */
  const atLeast = { meanNanos: 1, maxNanos: 1, p50Nanos: 20, p90Nanos: 100, p99Nanos: 1000, p999Nanos: 10000 };
  const stands = (row, field) => !(row.count < atLeast[field]);

  /** A phase, and where it is about a fault, which one. */
  const phaseKey = (row) => row.fault === undefined ? row.phase : row.phase + "@fault-" + row.fault;

  /** Operation and what was varied beyond it and the route. */
  const label = (row) => row.variant ? row.name + " " + row.variant : row.name;
  const figureKey = (row, field) => [row.source, label(row), row.route, row.outcome, row.time, phaseKey(row), field].join("/");

  /** What the median is above the floor of the same route, protocol and number of threads. */
  function aboveFloor(row) {
    if (typeof row.floorNanos !== "number") return row.name === "floor" ? "floor" : "no floor measured";
    const above = row.p50Nanos - row.floorNanos;
    return stands(row, "p50Nanos") ? (above < 0 ? "" : "+") + nanos(above) : "–";
  }

  /** One cell that holds a figure of run.json, with the exact value beside the shown one. */
  function figure(row, field, format, attributes) {
    const key = figureKey(row, field);
    const value = row[field];
    const thin = !stands(row, field);
    const title = field + " = " + value + (thin ? ", of only " + row.count + " samples" : "");
    return el("td", { "data-figure": key, "data-value": value, title, class: thin ? "thin" : null, ...attributes }, thin ? "–" : format(value));
  }

  function table(heads, rows) {
    return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "table" },
      el("table", {}, el("thead", {}, ...heads), el("tbody", {}, ...rows)));
  }

  const head = (...names) => el("tr", {}, ...names.map((name) => {
    const [text, kind] = Array.isArray(name) ? name : [name, null];
    return el("th", { class: kind, scope: "col" }, text);
  }));

  /** A bar of parts, each a share of the longest bar, with its figure. */
  function bar(parts, text) {
    const track = el("span", { class: "track" });
    for (const [share, colour] of parts) {
      const part = el("i");
      part.style.width = (100 * Math.max(0, Math.min(1, share))).toFixed(2) + "%";
      part.style.background = "var(--" + colour + ")";
      track.append(part);
    }
    return el("span", { class: "bar" }, track, el("span", {}, text));
  }

  // --- first screen

  function header() {
    const kinds = { run: "Run", jmh: "JMH run", gatling: "Gatling run", failover: "Failover run", sweep: "Sweep" };
    byId("kicker").textContent = [
      (kinds[run.what] || run.what) + " of " + run.startedAt.slice(0, 10) + " " + clock(run.startedAt) + " UTC",
      "engine " + run.engine.name, "tuning " + run.tuning, "lasted " + duration(run.durationSeconds)].join(" · ");
    byId("title").textContent = run.id;
    if (run.valid) {
      byId("validity").append(el("p", { class: "good" }, "✓ Valid run"));
    } else {
      byId("validity").append(el("div", { class: "banner bad", role: "alert" },
        el("strong", {}, "INVALID RUN: do not use its figures"),
        el("ul", {}, ...run.invalidReasons.map((reason) => el("li", {}, reason)))));
    }
    byId("engine").textContent = data.engine;
    if (run.engine.name !== "citus") byId("engine").className = "banner note";
    for (const answer of data.answers) {
      byId("answers").append(el("article", { class: "answer" },
        el("p", { class: "topic" }, answer.topic), el("p", { class: "figure" }, answer.figure),
        el("p", { class: "sentence" }, answer.sentence), el("p", { class: "basis" }, answer.basis)));
    }
  }

  // --- faults

  const sqlstates = {
    "08000": "connection exception", "08001": "could not connect", "08003": "connection does not exist",
    "08004": "connection rejected", "08006": "connection broke", "08007": "commit outcome unknown",
    "25006": "read-only: not the primary", "40001": "serialization failure", "40P01": "deadlock",
    "53300": "too many connections", "57014": "cancelled", "57P01": "server shuts down",
    "57P02": "server crashed", "57P03": "server is starting up", "55000": "not in the right state", "XX000": "internal error" };

  /** Kind and target, with a number from the second of them on. */
  function faultName(index) {
    const fault = run.faults[index];
    if (!fault) return "fault " + index + ", which is not in this run";
    const nth = run.faults.slice(0, index + 1).filter((each) => each.kind === fault.kind && each.target === fault.target).length;
    return fault.kind + " of " + fault.target + (nth > 1 ? " (" + nth + ")" : "");
  }

  /** Of faults that were opened several times: each outage a dot on one scale for all, and what they come to. */
  function distributions(longest) {
    for (const name of new Set(data.outages.map((each) => each.fault))) {
      const streams = data.outages.filter((each) => each.fault === name);
      const rows = streams.map((each) => {
        const where = "outages/" + name + "/" + each.client + "/" + each.probe + "-" + each.group;
        const dots = el("span", { class: "dots", role: "img", "aria-label": each.millis.map(millis).join(", ") },
          ...each.millis.map((value) => {
            const dot = el("i", { title: value > 0 ? millis(value) : "no outage" });
            dot.style.left = (100 * value / longest).toFixed(2) + "%";
            return dot;
          }));
        return el("tr", {}, el("td", { class: "name" }, each.probe), el("td", { class: "left" }, groupName(each.group)), el("td", { class: "left" }, each.client),
          el("td", { class: "left wide" }, dots),
          ...["min", "median", "p90", "max"].map((figure) => el("td", { "data-figure": where + "/" + figure, "data-value": each[figure] },
            each[figure] === null ? "–" : each[figure] > 0 ? millis(each[figure]) : "none")));
      });
      byId("faults").append(el("h3", {}, "All " + streams[0].millis.length + " of " + name),
        table([head(["probe", "name"], ["group", "left"], ["client", "left"], ["each outage, 0 to " + millis(longest), "left"], "minimum", "median", "p90", "maximum")], rows));
    }
  }

  const clientColour = { hikari: "warm2", "hikari-override": "cool3" };

  function openedAnew(all, where) {
    if (all.length === 0) return "";
    return el("dl", { class: "ledger" }, ...all.map((pool) => el("div", {},
      el("dt", {}, "connections opened anew by " + pool.client + " (of " + pool.connections + ")"),
      el("dd", { "data-figure": where + "/pool/" + pool.client, "data-value": pool.opened }, number(pool.opened)))));
  }

  /** Whose requests failed or were late; the share as a bar of both. */
  function blastRadius(all, where) {
    if (all.length === 0) return "";
    const rows = all.map((row) => {
      const of = where + "/radius/" + row.tenants + "/" + row.access;
      const share = row.requests === 0 ? 0 : (row.failed + row.late) / row.requests;
      const cell = (field, text) => el("td", { "data-figure": of + "/" + field, "data-value": row[field] }, text);
      return el("tr", {}, el("td", { class: "name" }, row.tenants + (row.hit ? " (hit)" : "")), el("td", { class: "left" }, row.access),
        cell("requests", number(row.requests)), cell("failed", number(row.failed)), cell("late", row.before === 0 ? "–" : number(row.late)),
        el("td", { class: "left wide" }, bar([[row.requests ? row.failed / row.requests : 0, "warm1"], [row.requests ? row.late / row.requests : 0, "warm2"]], Math.round(100 * share) + " %")),
        cell("lateMillis", row.before === 0 ? "–" : millis(row.lateMillis)), cell("before", number(row.before)));
    });
    return el("div", {}, el("h4", {}, "Blast radius: whose requests failed or were late"),
      table([head(["requests of", "name"], ["access", "left"], "due", "failed", "late", ["share that failed (dark) or was late", "left"], "late is over", "requests before")], rows));
  }

  const phaseFill = {
    before: "grey", detect: "warm1", release: "warm2", lease: "warm2", elect: "warm3", promote: "cool1", held: "warm3", restart: "cool1",
    metadata: "cool2", proxy: "cool3", retaken: "warm3", synchronous: "cool1", client: "quiet", unexplained: "bad-ink" };

  /** The parts of an outage one after the other on one bar, and each with its figures. */
  function waterfall(all, where, apart) {
    const sum = all.reduce((total, phase) => total + phase.millis, 0);
    if (sum === 0) return "";
    const track = el("span", { class: "track waterfall", role: "img", "aria-label": all.map((phase) => phase.name + " " + millis(phase.millis)).join(", ") });
    for (const phase of all) {
      const part = el("i", { title: phase.name + " " + millis(phase.millis) });
      part.style.width = (100 * phase.millis / sum).toFixed(3) + "%";
      part.style.background = fill(phase.name);
      track.append(part);
    }
    const rows = all.map((phase) => el("tr", {},
      el("td", { class: "name" }, swatch(phase.name), phase.name),
      el("td", { "data-figure": where + "/phase/" + phase.name, "data-value": phase.millis }, millis(phase.millis)),
      el("td", {}, Math.round(100 * phase.millis / sum) + " %"),
      el("td", { class: "left" }, phase.source || "–"),
      el("td", {}, phase.resolutionMillis === undefined ? "–" : "± " + period(Math.round(phase.resolutionMillis)))));
    return el("div", {}, el("h4", {}, "Where the outage of writes went: " + millis(sum)), track,
      table([head(["phase", "name"], "time", "share", ["told by", "left"], "resolution")], rows),
      apart ? el("p", { class: "note" }, apart) : "");
  }

  function fill(name) {
    return "var(--" + (phaseFill[name] || "grey") + ")";
  }

  function swatch(name) {
    const mark = el("i", { class: "swatch" });
    mark.style.background = fill(name);
    return mark;
  }

  /** Over all injections of each fault. */
  function medians() {
    for (const each of data.waterfalls) {
      const longest = Math.max(1, ...each.parts.map((part) => part.max));
      const where = "waterfall/" + each.fault;
      byId("faults").append(el("h3", {}, "Where the outages of writes went: " + each.fault),
        table([head(["phase", "name"], ["median", "left"], "maximum", "seen")], each.parts.map((part) => {
          const median = bar([[part.median / longest, "cool1"]], millis(part.median));
          median.querySelector("i").style.background = fill(part.name);
          return el("tr", {}, el("td", { class: "name" }, swatch(part.name), part.name),
            el("td", { class: "left wide", "data-figure": where + "/" + part.name, "data-value": part.median }, median),
            el("td", {}, millis(part.max)), el("td", {}, part.seen + " of " + each.faults));
        })), el("p", {}, each.costliest));
    }
    if (data.waterfalls.length > 0) byId("faults").append(el("p", { class: "note" }, data.waterfallNote));
  }

  function faults() {
    if (run.faults.length === 0) return;
    show("faults-section");
    const longest = Math.max(1, ...run.faults.flatMap((fault) => fault.outages.map((outage) => outage.millis)));
    distributions(longest);
    run.faults.forEach((fault, index) => {
      const where = "fault-" + index;
      const rows = fault.outages.map((outage, n) => el("tr", {},
        el("td", { class: "name" }, outage.probe),
        el("td", { class: "left" }, groupName(outage.group)),
        el("td", { class: "left" }, outage.client || "plain"),
        el("td", { class: "left wide", "data-figure": where + "/outage-" + n + "/millis", "data-value": outage.millis },
          bar([[outage.millis / longest, clientColour[outage.client] || (outage.probe === "multi-shard" ? "warm1" : "cool1")]],
            outage.millis > 0 ? (outage.unended ? "> " : "") + millis(outage.millis) : "none")),
        el("td", {}, "± " + period(Math.round(outage.resolutionMillis))),
        el("td", { class: "left" }, Object.entries(outage.errors).map(([state, count]) =>
          number(count) + " × " + state + (sqlstates[state] ? " " + sqlstates[state] : "")).join(", ") || "–")));
      const writes = fault.writes;
      const ledger = [["acknowledged writes", writes.acknowledged], ["lost", writes.lost], ["ghost", writes.ghost],
        ["unknown", writes.unknown], ["in-doubt transactions", writes.inDoubtTransactions]];
      if (writes.leftOverTransactions !== undefined) ledger.push(["left-over transactions", writes.leftOverTransactions]);
      const ended = writes.leftOverTransactions > 0
        ? writes.leftOverMillis === undefined ? "Not all of the left-over transactions were seen to end." : "The last left-over transaction ended " + millis(writes.leftOverMillis) + " after the fault." : "";
      byId("faults").append(
        el("h3", {}, fault.kind + " · " + fault.target + " (" + fault.member + ") at " + clock(fault.openedAt) + " UTC"),
        rows.length === 0 ? el("p", { class: "note" }, "No probe was running.")
          : table([head(["probe", "name"], ["group", "left"], ["client", "left"], ["outage", "left"], "resolution", ["errors by SQLSTATE", "left"])], rows),
        el("dl", { class: "ledger" }, ...ledger.map(([name, value]) => el("div", {}, el("dt", {}, name),
          el("dd", { class: name === "lost" && value > 0 ? "lost" : null, "data-figure": where + "/" + name, "data-value": value }, number(value))))),
        openedAnew(fault.pools || [], where), blastRadius(fault.blastRadius || [], where),
        data.debts[index] ? el("p", { class: "note" }, data.debts[index]) : "",
        data.againstSettings[index] ? el("p", { class: "note" }, data.againstSettings[index]) : "",
        ended ? el("p", { class: "note" }, ended) : "",
        waterfall(fault.phases, where, data.apart[index]));
    });
    medians();
    for (const sentence of data.unasked) byId("faults").append(el("p", {}, sentence));
    byId("faults").append(el("p", { class: "note" }, "Lost: acknowledged and not there. Ghost: failed and there. Unknown: the error does not tell whether it was written. In doubt: prepared on a group, and neither committed nor rolled back when the writes were read back. Left over: still there a second after it was prepared. Writes are only the rows that write probes sent, from some seconds before the fault on; the errors by SQLSTATE are each stream's, of reads too, from the fault on. A write that got no connection was not sent: it has an error, and is not unknown."),
      el("p", { class: "note" }, "Blast radius: the load's requests that were due from the opening of the fault to the end of its outage, by whose tenant they asked for. Late is over 1.1 × the p99 of such requests in the quiet time before the fault, when 1 % of them was. Performance debt: a request belongs to the second in which it was due; the area is in request·s, what all answered requests until then took longer than their operation's mean before."));
  }

  // --- what was borne

  /** A value of a stress with its unit. */
  const stressValue = (each, value) => each.unit === "ms" ? period(value) : number(value) + " " + each.unit;

  /** The whole ladder, a cell a step: told apart by a mark and a pattern too, not by colour alone. */
  function ladder(each) {
    const cells = each.ladder.map((value) => {
      const step = each.steps.find((tried) => tried.value === value);
      const [kind, mark, text] = !step ? ["untried", "·", "not tried"]
        : step.changed === 0 && step.notRecovered > 0 ? ["broke", "✗", "the cluster did not recover in time in " + step.notRecovered + " of " + step.repetitions]
        : step.changed > 0 ? ["broke", "✗", "a leader changed in " + step.changed + " of " + step.repetitions]
          : step.repetitions < each.repeat ? ["untried", "…", "cut short after " + step.repetitions + " of " + each.repeat]
            : ["bore", "✓", "borne " + step.repetitions + " of " + each.repeat + " times"];
      return el("span", { class: kind, title: stressValue(each, value) + ": " + text, "data-step": value }, el("b", {}, mark), each.unit === "ms" ? period(value) : number(value));
    });
    return el("span", { class: "ladder", role: "img", "aria-label": each.ladder.map((value, n) => stressValue(each, value) + " " + cells[n].className).join(", ") }, ...cells);
  }

  function endurance() {
    const all = run.endurance || [];
    if (all.length === 0) return;
    show("endurance-section");
    const name = (each) => each.stress + " of " + each.target;
    const where = (each) => "endurance/" + each.stress + "/" + each.target;
    const limit = (each, field, none) => el("td", { "data-figure": where(each) + "/" + field, "data-value": each[field] }, each[field] === null ? none : stressValue(each, each[field]));
    byId("endurance").append(
      table([head(["stress", "name"], ["steps: ✓ borne, ✗ a leader changed, · not tried", "left"], "largest borne", "smallest not borne")],
        all.map((each) => el("tr", {}, el("td", { class: "name" }, name(each)), el("td", { class: "left wide" }, ladder(each)),
          limit(each, "borne", "none"), limit(each, "notBorne", "none seen")))),
      ...data.endured.map((sentence) => el("p", {}, sentence)));
    all.forEach((each) => byId("endurance").append(el("details", {},
      el("summary", {}, el("b", {}, name(each)), each.member ? " (" + each.member + ")" : "", each.heldMillis === undefined ? "" : ", each step " + period(each.heldMillis), ", watched for " + period(each.settleMillis) + " more"),
      table([head(["step", "name"], "repetitions", "with a leader change", ["groups", "left"], "requests of the load", "failed")],
        each.steps.map((step) => {
          const cell = (field, text) => el("td", { "data-figure": where(each) + "/" + step.value + "/" + field, "data-value": step[field] }, text);
          return el("tr", {}, el("td", { class: "name" }, stressValue(each, step.value)), cell("repetitions", step.repetitions + " of " + each.repeat), cell("changed", number(step.changed)),
            el("td", { class: "left" }, [...new Set(step.leaderChanges.map((change) => groupName(change.group) + ": " + (change.from || "?") + " → " + (change.to || "?")))].join(", ") || "–"),
            cell("requests", number(step.requests)), cell("failedRequests", number(step.failedRequests)));
        })))));
    byId("endurance").append(el("p", {}, data.enduranceApart));
  }

  // --- load

  const phaseOrder = ["steady", "fault", "outage", "recovery", "after", "warm-up"];
  const phaseTitle = {
    steady: "Steady", fault: "Fault opened, no outage yet", outage: "During the outage", recovery: "During recovery",
    after: "After recovery", "warm-up": "Warm-up (not to be used)" };

  function load() {
    const rows = run.operations.filter((row) => row.source === "gatling");
    if (rows.length === 0) return;
    show("load-section");
    const ofFaults = [...new Set(rows.map((row) => row.fault).filter((fault) => fault !== undefined))].sort((a, b) => a - b);
    phases(rows.filter((row) => row.fault === undefined), undefined);
    for (const fault of ofFaults) {
      const known = run.faults[fault];
      byId("load").append(el("h3", {}, "Around " + faultName(fault) + (known ? " (" + known.member + ") at " + clock(known.openedAt) + " UTC" : "")));
      phases(rows.filter((row) => row.fault === fault), fault);
    }
    if (ofFaults.length > 0) {
      byId("load").append(el("p", { class: "note" }, "Around a fault, a request belongs to the phase in which it was due, however late it was answered. It is the outage while at least one stream of probes is in its outage as the table of the fault has it, but not before the fault was opened; recovery is the other time until the cluster was as ready as before; after, until the next fault. Shorter disturbances of a stream are no outage: their errors stand where they fell."));
    }
    if (!byId("load").querySelector("details[open]")) byId("load").querySelector("details").open = true;
  }

  /** One table for each phase that rows are of; all rows are about one fault, or about none. */
  function phases(rows, fault) {
    for (const phase of phaseOrder) {
      const here = rows.filter((row) => row.phase === phase);
      if (here.length === 0) continue;
      const lasted = data.phases.filter((span) => fault !== undefined && span.phase === phase && span.fault === fault)
        .reduce((sum, span) => sum + (Date.parse(span.to) - Date.parse(span.from)) / 1000, 0);
      const groups = new Map();
      for (const row of here) {
        // Two loads of one run may have measured the same: each has a line of its own.
        let key, nth = 0;
        do {
          key = JSON.stringify([row.name, row.route, row.outcome, ++nth]);
          if (!groups.has(key)) groups.set(key, { nth, parts: {} });
        } while (groups.get(key).parts[row.time]);
        groups.get(key).parts[row.time] = row;
      }
      const order = ({ parts }) => { const row = Object.values(parts)[0]; return (oneShard(row) ? 0 : allShards(row) ? 1 : 2) + (row.outcome === "ok" ? 0 : 3); };
      const lines = [...groups.values()].sort((a, b) => order(a) - order(b)).map(({ nth, parts }) => {
        const any = parts.response || Object.values(parts)[0];
        const part = (time, field) => parts[time] ? figure(parts[time], field, nanos, {}) : el("td", {}, "–");
        return el("tr", { class: any.outcome === "failed" ? "failed" : null },
          el("td", { class: "name" }, any.name + (any.outcome === "failed" ? " (failed)" : "") + (nth > 1 ? " (load " + nth + ")" : "")),
          el("td", { class: "left" }, any.planClass), el("td", { class: "left" }, any.route),
          figure(any, "count", number, {}), figure(any, "perSecond", number, {}),
          part("response", "p50Nanos"), part("response", "p90Nanos"), part("response", "p99Nanos"),
          part("response", "p999Nanos"), part("response", "maxNanos"),
          part("service", "p50Nanos"), part("service", "p99Nanos"), part("pool", "p99Nanos"), part("queue", "p99Nanos"), part("lag", "p99Nanos"));
      });
      const over = el("tr", { class: "over" }, el("th", { class: "name" }), el("th", { colspan: "4" }),
        el("th", { colspan: "5", class: "left" }, "response"), el("th", { colspan: "2", class: "left" }, "service"),
        el("th", { colspan: "3", class: "left" }, "p99 of"));
      const grid = table([over, head(["operation", "name"], ["plan", "left"], ["route", "left"], "requests", "per s",
        "p50", "p90", "p99", "p99.9", "max", "p50", "p99", "pool", "queue", "lag")], lines);
      byId("load").append(el("details", { open: phase === "steady" || undefined, "data-phase": phaseKey({ phase, fault }) },
        el("summary", {}, el("b", {}, phaseTitle[phase] || phase), lasted > 0 ? " (" + duration(lasted) + ")" : ""), grid));
    }
  }

  // --- cost

  function cost() {
    const rows = run.operations.filter((row) => row.source === "jmh");
    if (rows.length === 0) return;
    show("cost-section");
    for (const route of [...new Set(rows.map((row) => row.route))]) {
      const here = rows.filter((row) => row.route === route).sort((a, b) => a.p50Nanos - b.p50Nanos);
      const longest = Math.max(1, ...here.filter((row) => stands(row, "p50Nanos")).map((row) => row.p50Nanos));
      const lines = here.map((row) => {
        const isFloor = row.name === "floor" && typeof row.floorNanos !== "number";
        const base = isFloor ? row.p50Nanos : Math.min(row.floorNanos || 0, row.p50Nanos);
        return el("tr", { class: row.outcome === "failed" ? "failed" : isFloor ? "floor" : null },
          el("td", { class: "name" }, label(row) + (row.outcome === "failed" ? " (failed)" : "")),
          el("td", { class: "left" }, row.planClass), el("td", {}, row.tasks === 0 ? "–" : number(row.tasks)),
          el("td", { class: "left wide" }, stands(row, "p50Nanos") ? bar([[base / longest, "grey"], [(row.p50Nanos - base) / longest, allShards(row) ? "warm1" : "cool1"]], nanos(row.p50Nanos)) : bar([], "–")),
          el("td", { class: "strong" }, aboveFloor(row)),
          figure(row, "meanNanos", nanos, {}), figure(row, "p50Nanos", nanos, {}), figure(row, "p99Nanos", nanos, {}), figure(row, "p999Nanos", nanos, {}),
          figure(row, "perSecond", number, {}), figure(row, "count", number, {}));
      });
      byId("cost").append(el("h3", {}, "Route " + route + (route === "direct" ? " (the coordinator's primary, no proxy)" : "")),
        table([head(["operation", "name"], ["plan", "left"], "tasks", ["p50: floor (grey) and what is above", "left"], "above floor", "mean", "p50", "p99", "p99.9", "per s", "samples")], lines));
    }
  }

  function inserts() {
    const rows = run.operations.filter((row) => typeof row.rowsPerSecond === "number" && row.outcome === "ok")
      .sort((a, b) => b.rowsPerSecond - a.rowsPerSecond);
    if (rows.length === 0) return;
    show("insert-section");
    const most = rows[0].rowsPerSecond || 1;
    byId("insert").append(table([head(["operation", "name"], ["measured by", "left"], ["route", "left"], ["rows/s", "left"], "operations/s", "rows each", "samples", "p50", "above floor", "p99")],
      rows.map((row) => el("tr", {},
        el("td", { class: "name" }, label(row)), el("td", { class: "left" }, row.source === "jmh" ? "JMH (closed loop)" : "Gatling, " + row.phase + (row.fault === undefined ? "" : ", " + faultName(row.fault))),
        el("td", { class: "left" }, row.route),
        el("td", { class: "left wide", "data-figure": figureKey(row, "rowsPerSecond"), "data-value": row.rowsPerSecond },
          bar([[row.rowsPerSecond / most, "cool3"]], number(Math.round(row.rowsPerSecond)))),
        el("td", {}, number(row.perSecond)), el("td", {}, row.perSecond ? number(Math.round(row.rowsPerSecond / row.perSecond)) : "–"), el("td", {}, number(row.count)),
        figure(row, "p50Nanos", nanos, {}), el("td", {}, aboveFloor(row)), figure(row, "p99Nanos", nanos, {})))));
  }

  // --- analyses: made in Java, shown here

  /** Always in ms, so that figures can be set against each other. */
  function inMillis(value) {
    const shown = +value.toPrecision(3);
    const whole = shown === 0 ? 1 : Math.floor(Math.log10(Math.abs(shown))) + 1;
    return shown.toLocaleString("en-US", { minimumFractionDigits: Math.min(6, Math.max(0, 3 - whole)), maximumFractionDigits: Math.min(6, Math.max(0, 3 - whole)) }) + " ms";
  }

  /** One cell of an analysis; null is shown as a dash. */
  function analysed(key, value, format, attributes) {
    return value === null ? el("td", attributes || {}, "–")
      : el("td", { "data-figure": key, "data-value": value, title: String(value), ...attributes }, format(value));
  }

  function fanOut() {
    if (data.fanOut.length === 0) return;
    show("fanout-section");
    data.fanOut.forEach((model, n) => {
      const key = "fan-out/" + n + "/", fit = model.fit, host = byId("fanout");
      host.append(el("h3", {}, "Route " + model.route + (model.setup ? ", " + model.setup : "")));
      if (fit === null) {
        host.append(el("p", {}, "No model can be fitted, because " + model.whyNot + "."));
      } else {
        const parts = [["base", "base"], ["each task costs", "perTask"], ["each new connection costs", "perConnection"]];
        host.append(table([head(["", "name"], "p50", "95 % interval: from", "to", ["", "left"])], parts.map(([name, part]) => {
          const coefficient = fit[part];
          return el("tr", {}, el("td", { class: "name" }, name),
            analysed(key + part, coefficient.millis, inMillis, { class: "strong" }),
            analysed(key + part + "/low", coefficient.low, inMillis), analysed(key + part + "/high", coefficient.high, inMillis),
            el("td", { class: "left" }, coefficient.low <= 0 && coefficient.high >= 0 ? "not told apart from 0" : ""));
        })));
        const facts = [["configurations", "observations", fit.observations, number], ["residual standard deviation", "residualShare", fit.residualShare, (value) => (100 * value).toFixed(1) + " % of p50"]];
        host.append(el("dl", { class: "ledger" }, ...facts.map(([name, field, value, format]) => el("div", {}, el("dt", {}, name),
          el("dd", { "data-figure": key + field, "data-value": value }, format(value))))));
        const largest = fit.largest;
        host.append(el("p", { class: "note" }, "Farthest from the model: " + largest.variant + ", measured " + inMillis(largest.measuredMillis) + ", model " + inMillis(largest.modelMillis) + "."));
      }
      if (fit !== null && model.leftOut.length > 0) host.append(el("p", { class: "note" }, "Left out: " + model.leftOut.join(", ") + "."));
      if (model.points.length > 0) fanOutPicture(model, host, "fanout-plot-" + n);
    });
  }

  function pools() {
    if (data.pools.length === 0) return;
    show("pool-section");
    const sizes = ascending(data.pools.flatMap((choice) => choice.pools.map((each) => each.pool)));
    byId("pool").append(table([head(["operation", "name"], ["route", "left"], ...sizes.map((size) => "size " + size), "best", "the default, 16, against it")],
      data.pools.map((choice) => {
        const key = ["pool", choice.operation, choice.route].join("/");
        return el("tr", {}, el("td", { class: "name" }, choice.operation), el("td", { class: "left" }, choice.route),
          ...sizes.map((size) => {
            const found = choice.pools.find((each) => each.pool === size);
            return analysed(key + "/" + size, found ? found.p50Nanos : null, nanos, { class: size === choice.best ? "strong" : null });
          }),
          analysed(key + "/best", choice.best, number, { class: "strong" }),
          choice.bestAboveFloorNanos === null ? el("td", {}, "no floor measured") : analysed(key + "/above-floor", choice.bestAboveFloorNanos, (above) => (above < 0 ? "" : "+") + nanos(above)),
          analysed(key + "/default", choice.defaultAboveBest, (share) => choice.best === 16 ? "is the best" : (share < 0 ? "" : "+") + Math.round(100 * share) + " %"));
      })));
  }

  function insertScaling() {
    if (data.inserts.length === 0) return;
    show("scaling-section");
    if (data.inserts.some((path) => path.points.length > 1)) {
      scalingPicture();
    } else {
      byId("scaling-plot").replaceWith(el("p", { class: "note" }, "No chart, because this run measured one number of clients: without ", el("code", {}, "quick"), ", ",
        el("code", {}, "./bench run"), " and ", el("code", {}, "./bench jmh"), " take 1 to 32 (", el("code", {}, "./bench jmh insert-event -bm thrpt -t 8"), " takes 8 alone)."));
    }
    for (const path of data.inserts) {
      const most = Math.max(...path.points.map((point) => point.rowsPerSecond)) || 1;
      const name = path.path + ", route " + path.route;
      byId("scaling").append(el("h3", {}, name),
        table([head(["clients", "name"], ["rows/s", "left"], "operations/s", "of the floor's", "commits/s", "WAL B/row", "WAL MB/s", "client CPU/operation", ["most busy", "left"])], path.points.map((point) => {
          const key = ["scaling", path.path, path.route, point.clients, ""].join("/");
          const isKnee = path.knee !== null && path.knee.clients === point.clients;
          return el("tr", {}, el("td", { class: "name" }, number(point.clients) + (isKnee ? " (knee)" : "")),
            el("td", { class: "left wide", "data-figure": key + "rowsPerSecond", "data-value": point.rowsPerSecond },
              bar([[point.rowsPerSecond / most, "cool3"]], number(Math.round(point.rowsPerSecond)))),
            el("td", {}, number(point.perSecond)), analysed(key + "ofFloorRate", point.ofFloorRate, (share) => Math.round(100 * share) + " %"),
            analysed(key + "commitsPerSecond", point.commitsPerSecond, number), analysed(key + "walBytesPerRow", point.walBytesPerRow, number),
            analysed(key + "walBytesPerSecond", point.walBytesPerSecond, (value) => number(value / 1e6)), analysed(key + "clientCpuNanos", point.clientCpuNanos, nanos),
            el("td", { class: "left" }, Object.entries(point.busy).sort((a, b) => b[1] - a[1]).slice(0, 2).map(([what, share]) => what + " " + Math.round(100 * share) + " %").join(", ") || "–"));
        })),
        el("p", { class: "note" }, path.knee === null ? "Measured with too few numbers of clients for a knee." : "Knee: " + path.knee.sentence));
    }
  }

  // --- machine, settings, events

  function setup() {
    const versions = run.versions, machine = run.machine, dataset = run.dataset, topology = run.topology;
    const list = (pairs) => el("dl", {}, ...pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
    const attached = run.runtime === "attach";
    if (attached) byId("one-machine").replaceChildren(el("b", {}, "Others run the cluster"),
      ": its machine and daemons are unknown, and the network between it and the load is in every figure.");
    const members = topology.membersPerGroup == null ? "members unknown" : topology.membersPerGroup + " members each, " + topology.etcd + " etcd";
    byId("setup").append(
      list([
        ["engine", run.engine.name + " " + run.engine.version], ["runtime", run.runtime],
        ["topology", "coordinator and " + topology.workers + (topology.workers === 1 ? " worker" : " workers") + ", " + members],
        ["tuning", run.tuning], ["PostgreSQL", versions.postgresql], ["Patroni", versions.patroni], ["etcd", versions.etcd],
        ["HAProxy", versions.haproxy], ["Java", versions.java], ["citus-ha-bench", versions.suite]]),
      list([
        [attached ? "client's processor" : "processor", machine.cpu], ["cores", number(machine.cores)], ["memory", bytes(machine.memoryBytes)], ["kernel", machine.kernel],
        ["load average before", number(machine.loadAverageBefore)], ["scale", number(dataset.scale)], ["seed", String(run.seed)],
        ...Object.entries(dataset.rows).map(([name, rows]) => ["rows of " + name, number(rows)]),
        ["loaded", dataset.loadSeconds > 0 ? "in " + duration(dataset.loadSeconds) + ", " + number(Math.round(dataset.rowsPerSecond)) + " rows/s" : "before this run"]]));
    const shares = run.processor || [];
    if (shares.length > 0) {
      const percent = (share) => Math.round(100 * share) + " %";
      byId("setup").after(el("h3", {}, "Processor use (shares of all cores)"),
        table([head(["part", "name"], "lasted", "suite", "whole machine")],
          shares.map((share) => el("tr", {}, el("td", { class: "name" }, share.part), el("td", {}, duration(share.seconds)),
            el("td", {}, percent(share.suite)), el("td", {}, percent(share.machine))))));
    }
    const generators = run.generators || [];
    if (generators.length > 0) {
      byId("setup").after(el("h3", {}, "The load generator"),
        el("p", { class: "note" }, "In the steady phase of each part and, in a row of its own, while faults were measured; what was outstanding or refused is of the part's whole load. Lag is the time from when a request was due to when it was sent; it is part of every response time. " +
          "A pause is the longest time for which the generator's process was held up."),
        table([
          el("tr", { class: "over" }, el("th", { class: "name" }), el("th", { colspan: "11", class: "left" }, "in that span"), el("th", { colspan: "2", class: "left" }, "whole load")),
          head(["part", "name"], ["span", "name"], "arrivals", "requests/s", "rate error", "lag p50", "lag p99", "lag max", "longest pause", "collections", "longest", "processor", "most outstanding", "refused")],
          generators.map((each) => {
            const faults = each.span === "faults";
            return el("tr", {}, el("td", { class: "name" }, each.part), el("td", { class: "name" }, faults ? "faults" : "steady"), el("td", {}, each.arrivals + (each.realTime ? ", real time" : "")),
              el("td", {}, number(each.achievedPerSecond)), el("td", {}, smallPercent(each.rateError)),
              el("td", {}, nanos(each.lagP50Nanos)), el("td", {}, nanos(each.lagP99Nanos)), el("td", {}, nanos(each.lagMaxNanos)),
              el("td", {}, nanos(each.hiccupMaxNanos)), el("td", {}, number(each.collections)), el("td", {}, each.longestCollectionMillis + " ms"),
              el("td", {}, Math.round(100 * each.processorShare) + " %"), el("td", {}, faults ? "" : number(each.mostOutstanding)), el("td", {}, faults ? "" : number(each.refused)));
          })));
    }
  }

  function settings() {
    if (data.settings.length === 0) return;
    show("settings-section");
    for (const file of data.settings) {
      byId("settings").append(el("details", { open: file.name.startsWith("tuning.") }, el("summary", {}, el("code", {}, file.name), " (" + bytes(file.bytes) + ")"),
        file.text === null || file.text === undefined ? el("p", { class: "note" }, "Too large for this page, or not text: see settings/" + file.name + ".") : el("pre", { tabindex: "0" }, file.text)));
    }
  }

  function events() {
    if (data.events.length === 0) return;
    show("events-section");
    const opened = run.faults.map((fault) => Date.parse(fault.openedAt)).sort((a, b) => a - b);
    const since = (at) => {
      const before = opened.filter((each) => each <= Date.parse(at)).pop();
      return before === undefined ? "" : "+" + ((Date.parse(at) - before) / 1000).toFixed(3) + " s";
    };
    const lines = data.events.map((event) => el("tr", {},
      el("td", { class: "name" }, event.at.slice(11, 23).replace("Z", "")), el("td", {}, since(event.at)), el("td", { class: "left" }, event.event),
      el("td", { class: "left" }, Object.entries(event.fields).map(([name, value]) => name + " " + (typeof value === "object" ? JSON.stringify(value) : value)).join(", "))));
    byId("events").append(el("details", {}, el("summary", {}, data.events.length + " events" + (data.eventsLeftOut > 0 ? "; " + data.eventsLeftOut + " more in events.jsonl" : "")),
      table([head(["UTC", "name"], "after fault", ["event", "left"], ["", "left"])], lines)));
  }

  // --- pictures

  const plots = [];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const fade = (colour, share) => colour + Math.round(share * 255).toString(16).padStart(2, "0");
  const font = () => "12px system-ui, sans-serif";

  const axis = (more) => ({ stroke: css("quiet"), font: font(), labelFont: font(), grid: { stroke: css("grid"), width: 1 }, ticks: { stroke: css("rule"), width: 1 }, ...more });

  /** Draws with the colours and the width of now; `make` gives [options, data]. */
  function plot(id, height, make) {
    const host = byId(id);
    const entry = { host, drawn: null, redraw() {
      if (entry.drawn) entry.drawn.destroy();
      const width = Math.max(260, host.clientWidth);
      const [options, values] = make(width);
      entry.drawn = new uPlot({ width, height: width < 600 ? Math.round(height * .82) : height, ...options }, values, host);
    } };
    plots.push(entry);
    entry.redraw();
    // Before the first layout is settled the width may be another one; later the window may change.
    let width = host.clientWidth, waiting = 0;
    new ResizeObserver(() => {
      if (host.clientWidth === width) return;
      width = host.clientWidth;
      clearTimeout(waiting);
      waiting = setTimeout(entry.redraw, 60);
    }).observe(host);
    return entry;
  }

  /** Powers of ten and, where there is room, 2 and 5 between them. */
  function logSplits(u, axisIndex, min, max) {
    const fine = Math.log10(max / min) < 2.2;
    const splits = [];
    for (let e = Math.floor(Math.log10(min)); e <= Math.ceil(Math.log10(max)); e++) {
      for (const m of fine ? [1, 2, 5] : [1]) {
        const value = m * 10 ** e;
        if (value >= min * .999 && value <= max * 1.001) splits.push(value);
      }
    }
    return splits;
  }

  /** With room below and above the lines, as factors. */
  const nanosScale = (below, above) => ({
    distr: 3,
    range: (u, min, max) => min === null || min <= 0 ? [1e5, 1e9] : [min / below, max * above] });

  function lineStyles(operations) {
    const styles = new Map();
    const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
    const palettes = { cool: ["cool1", "cool3", "cool2"], warm: ["warm1", "warm2", "warm3"], grey: ["grey"] };
    const used = { cool: 0, warm: 0, grey: 0 };
    for (const [name, planClass] of operations) {
      const family = oneShard({ planClass }) ? "cool" : allShards({ planClass }) ? "warm" : "grey";
      // Three colours and four dashes repeat together after twelve; neighbours differ in both.
      const n = used[family]++, palette = palettes[family];
      styles.set(name, { stroke: css(palette[n % palette.length]), dash: dashes[n % dashes.length], width: family === "warm" ? 2.5 : 1.75 });
    }
    return styles;
  }

  /** The legend shows each line as it is drawn, with its dashes. */
  function legendLines(u) {
    u.root.querySelectorAll(".u-legend .u-series").forEach((row, n) => {
      const series = u.series[n], marker = row.querySelector(".u-marker");
      if (!marker || n === 0) return;
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      for (const [name, value] of Object.entries({ x1: 0, y1: 5, x2: 34, y2: 5, stroke: series.stroke(u, n), "stroke-width": Math.max(2, series.width), "stroke-dasharray": (series.dash || []).join(" ") || "none" })) {
        line.setAttribute(name, value);
      }
      svg.setAttribute("width", 34);
      svg.setAttribute("height", 10);
      svg.setAttribute("aria-hidden", "true");
      svg.append(line);
      marker.replaceWith(svg);
    });
  }

  const classes = new Map(run.operations.map((row) => [row.name, row.planClass]));

  const percent = (x) => x <= 1 ? "0 %" : x === 2 ? "50 %" : +(100 * (1 - 1 / x)).toFixed(Math.max(0, Math.ceil(Math.log10(x)) - 1)) + " %";

  function spectrum() {
    const source = data.spectrum;
    if (!source || source.curves.length === 0) return;
    show("spectrum-section");
    const rank = (name) => { const planClass = classes.get(name); return oneShard({ planClass }) ? 0 : allShards({ planClass }) ? 1 : 2; };
    const hasSteady = source.curves.some((curve) => curve.steady);
    let steady = hasSteady;
    const few = el("span");
    const make = () => {
      const asked = source.curves.filter((curve) => curve.steady === steady), thin = asked.filter((curve) => curve.count < atLeast.p50Nanos);
      few.textContent = thin.length === 0 ? "" : "Not drawn, with fewer than " + atLeast.p50Nanos + " requests: " + thin.map((curve) => curve.operation).sort().join(", ") + ".";
      const curves = asked.filter((curve) => !thin.includes(curve))
        .sort((a, b) => rank(a.operation) - rank(b.operation) || a.y[Math.floor(a.y.length / 10)] - b.y[Math.floor(b.y.length / 10)]);
      const styles = lineStyles(curves.map((curve) => [curve.operation, classes.get(curve.operation)]));
      return [{
        scales: { x: { time: false, distr: 3, range: [1, 10000] }, y: nanosScale(1.25, 1.25) },
        axes: [
          axis({ splits: () => [1, 2, 10, 100, 1000, 10000], filter: (u, splits) => splits, values: (u, splits) => splits.map((x) => x === 1 ? "0" : percent(x)), size: 46, label: "percentile of requests", labelSize: 18 }),
          axis({ splits: logSplits, filter: (u, splits) => splits, values: (u, splits) => splits.map(shortNanos), size: 66 })],
        cursor: { drag: { x: true, y: false }, focus: { prox: 24 }, points: { size: 6 } },
        focus: { alpha: .25 },
        hooks: { ready: [legendLines] },
        series: [
          { label: "percentile", value: (u, x) => x === null ? "–" : percent(x) },
          ...curves.map((curve) => ({ label: curve.operation, value: (u, y) => nanos(y), spanGaps: false, points: { show: false }, ...styles.get(curve.operation) }))],
      }, [source.x, ...curves.map((curve) => curve.y)]];
    };
    byId("spectrum").setAttribute("aria-label", "Response time by percentile, one line an operation; the figures are in the tables below");
    const drawn = plot("spectrum", 430, make);
    const controls = byId("spectrum-controls");
    if (hasSteady) {
      const choices = [["steady phase", true], ["whole run, faults and all", false]].map(([text, value]) => {
        const button = el("button", { type: "button", "aria-pressed": String(value === steady) }, text);
        button.addEventListener("click", () => {
          steady = value;
          choices.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
          drawn.redraw();
        });
        return button;
      });
      controls.append(...choices);
    }
    controls.append(el("span", {}, "Cold colours: one shard. Warm, thick: all shards. A curve ends where fewer than 10 samples lie beyond it."), few);
  }

  /** Colours that the colour-blind tell apart, and dashes from the seventh line on. */
  function lineStyle(n) {
    const colours = ["cool1", "warm1", "cool3", "warm3", "cool2", "warm2"], dashes = [[], [7, 4], [2, 3]];
    return { stroke: css(colours[n % colours.length]), dash: dashes[Math.floor(n / colours.length) % dashes.length], width: 2 };
  }

  const ascending = (values) => [...new Set(values)].sort((a, b) => a - b);

  /** Whole numbers that double, such as clients, with a line at each that was measured. */
  const doubling = (values, label) => [
    { time: false, distr: 3, log: 2, range: [values[0] / 1.15, values[values.length - 1] * 1.15] },
    axis({ splits: () => values, filter: (u, splits) => splits, values: (u, splits) => splits.map(number), size: 46, label, labelSize: 18 })];

  function fanOutPicture(model, host, id) {
    const caches = ascending(model.points.map((point) => point.cachedConnections ?? 0));
    let cached = caches[0];
    const nanosOf = (value) => value === null || value === undefined || value <= 0 ? null : value * 1e6;
    const make = () => {
      const points = model.points.filter((point) => (point.cachedConnections ?? 0) === cached);
      const tasks = ascending(points.map((point) => point.tasks));
      const [scale, tasksAxis] = doubling(tasks, "tasks of the statement");
      const series = [{ label: "tasks", value: (u, value) => number(value) }], values = [tasks];
      ascending(points.map((point) => point.pool ?? 0)).forEach((pool, n) => {
        const own = tasks.map((task) => points.find((point) => (point.pool ?? 0) === pool && point.tasks === task));
        const style = lineStyle(n), name = pool === 0 ? "size as tuned" : "size " + pool;
        series.push({ ...style, label: name + ", measured", width: 1.5, spanGaps: true, value: (u, y) => nanos(y), points: { show: true, size: 8, fill: style.stroke } });
        values.push(own.map((point) => nanosOf(point && point.p50Millis)));
        if (model.fit !== null) {
          series.push({ ...style, label: "model", dash: [6, 4], width: 2, spanGaps: true, value: (u, y) => nanos(y), points: { show: false } });
          values.push(own.map((point) => nanosOf(point && point.modelMillis)));
        }
      });
      return [{
        scales: { x: scale, y: nanosScale(1.25, 1.25) },
        axes: [tasksAxis, axis({ splits: logSplits, filter: (u, splits) => splits, values: (u, splits) => splits.map(shortNanos), size: 66 })],
        cursor: { drag: { x: false, y: false } }, hooks: { ready: [legendLines] }, series,
      }, values];
    };
    const controls = el("div", { class: "controls" });
    host.append(el("p", { class: "note" }, "p50 by tasks, one colour for each size of the executor's pool. Points with thin lines: measured" + (model.fit === null ? "." : "; dashed: the model.")),
      controls, el("figure", { class: "plot", id, role: "img", "aria-label": "Median by tasks, one line for each size of the executor's pool; the figures are in the tables" }));
    const drawn = plot(id, 340, make);
    if (caches.length < 2) return;
    const buttons = caches.map((value) => el("button", { type: "button", "aria-pressed": String(value === cached) }, "cached connections: " + value));
    buttons.forEach((button, n) => button.addEventListener("click", () => {
      cached = caches[n];
      buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
      drawn.redraw();
    }));
    controls.append(...buttons);
  }

  function scalingPicture() {
    const paths = data.inserts.filter((path) => path.points.length > 1);
    const clients = ascending(paths.flatMap((path) => path.points.map((point) => point.clients)));
    /** A ring around each knee whose line is shown. */
    const knees = (u) => {
      const { ctx } = u, ratio = uPlot.pxRatio;
      ctx.save();
      ctx.strokeStyle = css("ink");
      ctx.fillStyle = css("ink");
      ctx.font = "600 " + 12 * ratio + "px system-ui, sans-serif";
      ctx.textAlign = "center";
      ctx.textBaseline = "top";
      ctx.lineWidth = 2 * ratio;
      paths.forEach((path, n) => {
        const point = path.knee && path.points.find((each) => each.clients === path.knee.clients);
        if (!point || !u.series[n + 1].show) return;
        const x = u.valToPos(point.clients, "x", true), y = u.valToPos(point.rowsPerSecond, "y", true);
        ctx.beginPath();
        ctx.arc(x, y, 8 * ratio, 0, 2 * Math.PI);
        ctx.stroke();
        ctx.fillText("knee", x, y + 11 * ratio);
      });
      ctx.restore();
    };
    byId("scaling-plot").setAttribute("aria-label", "Rows a second by clients, one line for each way in; the figures are in the tables below");
    plot("scaling-plot", 360, () => {
      const [scale, clientsAxis] = doubling(clients, "clients");
      return [{
        scales: { x: scale, y: { distr: 3, range: (u, min, max) => min === null || min <= 0 ? [1, 10] : [min / 1.4, max * 1.6] } },
        axes: [clientsAxis, axis({ splits: logSplits, filter: (u, splits) => splits, values: (u, splits) => splits.map((value) => number(value) + "/s"), size: 76 })],
        cursor: { drag: { x: false, y: false }, focus: { prox: 24 } }, focus: { alpha: .25 }, hooks: { ready: [legendLines], draw: [knees] },
        series: [{ label: "clients", value: (u, value) => number(value) },
          ...paths.map((path, n) => ({ ...lineStyle(n), label: path.path + ", " + path.route, spanGaps: true, value: (u, y) => y === null || y === undefined ? "–" : number(Math.round(y)) + " rows/s", points: { show: true, size: 7, fill: lineStyle(n).stroke } }))],
      }, [clients, ...paths.map((path) => clients.map((count) => {
        const point = path.points.find((each) => each.clients === count);
        return point && point.rowsPerSecond > 0 ? point.rowsPerSecond : null;
      }))]];
    });
  }

  const phaseColour = { "no load": ["grey", .05], "warm-up": ["grey", .13], fault: ["warm1", .16], outage: ["warm1", .2], recovery: ["warm2", .16], after: ["cool3", .11] };

  function timeline() {
    const source = data.timeline;
    if (!source || source.lanes.length === 0) return;
    show("timeline-section");
    const start = Date.parse(source.start);
    const offset = (iso) => (Date.parse(iso) - start) / 1000;
    const x = Array.from({ length: source.bins }, (_, n) => (n + .5) * source.binSeconds);
    const end = source.bins * source.binSeconds;
    const lanes = new Map(source.lanes.map((lane) => [lane.name, lane]));
    const names = ["one shard", "all shards", "all"].filter((name) => lanes.has(name));
    names.push(...[...lanes.keys()].filter((name) => !names.includes(name)).sort());
    let lane = lanes.get(names[0]);

    const bands = data.phases.filter((span) => phaseColour[span.phase]).map((span) => ({ phase: span.phase, names: [...(run.faults[span.fault] ? [span.phase + ", " + run.faults[span.fault].target] : []), span.phase], from: offset(span.from), to: offset(span.to) }));
    bands.unshift(...source.idle.map(({ from, to }) => ({ phase: "no load", names: ["no load"], from: from * source.binSeconds, to: to * source.binSeconds })));
    const marks = run.faults.map((fault) => ({ at: offset(fault.openedAt), text: fault.kind + " " + fault.member }))
      .concat((run.endurance || []).map((each) => ({ at: offset(each.startedAt), text: each.stress + " of " + each.target }))).filter((mark) => mark.at >= 0 && mark.at <= end);

    /** Phases are shaded behind the lines, faults are lines with a name. */
    const shade = (named) => (u) => {
      const { ctx, bbox } = u, ratio = uPlot.pxRatio;
      const clamp = (value) => Math.max(bbox.left, Math.min(bbox.left + bbox.width, u.valToPos(value, "x", true)));
      ctx.save();
      for (const band of bands) {
        const left = clamp(band.from), right = clamp(band.to);
        if (right <= left) continue;
        const [colour, share] = phaseColour[band.phase];
        ctx.fillStyle = fade(css(colour), share);
        ctx.fillRect(left, bbox.top, right - left, bbox.height);
        if (named || band.phase === "no load") {
          ctx.font = 11 * ratio + "px system-ui, sans-serif";
          ctx.textBaseline = "bottom";
          ctx.textAlign = "left";
          const name = band.names.find((each) => ctx.measureText(each).width + 6 * ratio < right - left);
          if (name) {
            ctx.fillStyle = css("quiet");
            ctx.fillText(name, left + 3 * ratio, bbox.top + bbox.height - 3 * ratio);
          }
        }
      }
      const rows = [];
      for (const mark of marks) {
        const position = u.valToPos(mark.at, "x", true);
        if (position < bbox.left - 1 || position > bbox.left + bbox.width + 1) continue;
        ctx.strokeStyle = css("warm1");
        ctx.lineWidth = 2 * ratio;
        ctx.setLineDash([5 * ratio, 3 * ratio]);
        ctx.beginPath();
        ctx.moveTo(position, bbox.top);
        ctx.lineTo(position, bbox.top + bbox.height);
        ctx.stroke();
        if (named) {
          ctx.font = "600 " + 12 * ratio + "px system-ui, sans-serif";
          const width = ctx.measureText(mark.text).width + 8 * ratio;
          const left = position + width > bbox.left + bbox.width;
          const from = left ? position - width : position;
          let row = 0;
          while (rows[row] !== undefined && rows[row] > from) row++;
          rows[row] = from + width;
          ctx.textAlign = left ? "right" : "left";
          ctx.textBaseline = "top";
          ctx.fillStyle = css("bad-ink");
          ctx.fillText(mark.text, position + (left ? -5 : 5) * ratio, bbox.top + (3 + 16 * row) * ratio);
        }
      }
      ctx.restore();
    };

    const time = { label: "time", value: (u, value) => value === null ? "–" : minutes(value) + " (" + new Date(start + value * 1000).toISOString().slice(11, 19) + " UTC)" };
    const timeAxis = (more) => axis({ values: (u, splits) => splits.map(minutes), incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600], space: 60, ...more });
    const cursor = { sync: { key: "timeline" }, drag: { x: true, y: false } };
    // A value between two gaps has no line: it is a point.
    const lonely = (u, index) => {
      const values = u.data[index], alone = [];
      for (let n = 0; n < values.length; n++) {
        if (values[n] !== null && (values[n - 1] ?? null) === null && (values[n + 1] ?? null) === null) alone.push(n);
      }
      return alone;
    };
    const line = (label, colour, more) => ({ label, stroke: css(colour), width: 1.75, points: { show: true, size: 5, fill: css(colour), filter: lonely }, value: (u, value) => nanos(value), ...more });

    const note = "Requests that ended in each " + (source.binSeconds === 1 ? "second" : source.binSeconds + " seconds")
      + ", by the time since " + new Date(start).toISOString().slice(11, 19) + " UTC. Drag to zoom, double-click to go back, hover for values.";
    const full = (lane) => lane.p99.map((value, n) => (lane.ok[n] || 0) * source.binSeconds >= atLeast.p99Nanos ? value : null);
    const anyFull = [...lanes.values()].some((each) => full(each).some((value) => value !== null));
    byId("timeline-note").textContent = note + " In a bin of few requests, p50 is one of them." + (anyFull ? "" : " None has the 1,000 requests that a p99 takes.");
    byId("timeline-latency").setAttribute("aria-label", "Median and maximum response time over time, and the 99th percentile where requests suffice for it");
    byId("timeline-rate").setAttribute("aria-label", "Requests a second that succeeded and failed, over time");

    const latency = plot("timeline-latency", 300, () => [{
      scales: { x: { time: false, range: (u, min, max) => [Math.max(0, min), Math.min(end, max)] }, y: nanosScale(2.2, 3) },
      axes: [timeAxis({}), axis({ splits: logSplits, filter: (u, splits) => splits, values: (u, splits) => splits.map(shortNanos), size: 66 })],
      cursor, hooks: { drawClear: [shade(true)], ready: [legendLines] },
      series: [time,
        line("max", "grey", { width: 1 }), ...(anyFull ? [line("p99", "warm1", {})] : []), line("p50", "cool1", { width: 2.25 })],
    }, [x, lane.max, ...(anyFull ? [full(lane)] : []), lane.p50]]);

    const rate = plot("timeline-rate", 190, () => [{
      scales: { x: { time: false, range: (u, min, max) => [Math.max(0, min), Math.min(end, max)] }, y: { range: (u, min, max) => [0, Math.max(1, max * 1.12)] } },
      axes: [timeAxis({ label: "time since the load began (min:s)", labelSize: 18, size: 46 }), axis({ size: 66, values: (u, splits) => splits.map((value) => number(value) + "/s") })],
      cursor, hooks: { drawClear: [shade(false)], ready: [legendLines] },
      series: [time,
        line("succeeded", "cool3", { value: (u, value) => value === null ? "–" : number(value) + "/s" }),
        line("failed", "warm1", { fill: fade(css("warm1"), .35), value: (u, value) => value === null ? "–" : number(value) + "/s" })],
    }, [x, lane.ok, lane.failed]]);

    const select = el("select", { id: "lane" }, ...names.map((name) => el("option", { value: name },
      name === "one shard" ? "all operations on one shard" : name === "all shards" ? "all operations on all shards" : name === "all" ? "all operations" : name)));
    select.addEventListener("change", () => {
      lane = lanes.get(select.value);
      latency.redraw();
      rate.redraw();
    });
    byId("timeline-controls").append(el("label", { for: "lane" }, "Show"), select);

    const seen = [...new Set(bands.map((band) => band.phase))];
    for (const phase of seen) {
      const [colour, share] = phaseColour[phase];
      const swatch = el("i");
      swatch.style.background = "color-mix(in srgb, var(--" + colour + ") " + Math.round(share * 250) + "%, var(--page))";
      byId("timeline-key").append(el("span", {}, swatch, phase));
    }
    for (const mark of marks) byId("timeline-key").append(el("span", {}, "┆ " + minutes(mark.at) + " " + mark.text));
  }

  // --- all of it

  for (const part of [header, faults, endurance, load, cost, fanOut, pools, inserts, insertScaling, setup, settings, events, spectrum, timeline]) {
    try {
      part();
    } catch (problem) {
      tell(part.name + ": " + problem);
    }
  }

  const redrawAll = () => plots.forEach((each) => each.redraw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  addEventListener("beforeprint", () => { document.documentElement.classList.add("printing"); redrawAll(); });
  addEventListener("afterprint", () => { document.documentElement.classList.remove("printing"); redrawAll(); });
  document.documentElement.dataset.drawn = String(plots.length);
})();
