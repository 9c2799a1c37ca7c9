"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);

  function el(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  const digits = (number) => number < 9.995 ? number.toFixed(2) : number < 99.95 ? number.toFixed(1) : grouped.format(number);

  function nanos(value) {
    if (value < 999.5) return value + " ns";
    if (value < 999.5e3) return digits(value / 1e3) + " µs";
    return value < 999.5e6 ? digits(value / 1e6) + " ms" : digits(value / 1e9) + " s";
  }

  function table(heads, rows) {
    return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "table" },
      el("table", {}, el("thead", {}, el("tr", {}, ...heads.map(([text, kind]) => el("th", { scope: "col", class: kind }, text)))), el("tbody", {}, ...rows)));
  }

  const cell = (value, format) => el("td", { "data-value": value === null || value === undefined ? null : value }, value === null || value === undefined ? "–" : format(value));

  byId("title").textContent = data.runs.slice(1).join(", ") + " against " + data.runs[0];
  byId("note").textContent = data.note;
  byId("differences").append(data.differences.length === 0 ? el("p", {}, "Nothing but the figures.")
    : table([["", "name"], ...data.runs.map((id) => [id, "left"])], data.differences.map((difference) =>
      el("tr", {}, el("td", { class: "name" }, difference.what), ...difference.values.map((value) => el("td", { class: "left" }, value))))));

  if (data.leftOut) byId("differences").append(el("p", { class: "note" }, data.leftOut));

  const groups = new Map();
  for (const row of data.rows) {
    const key = row.key;
    const title = (key.source === "jmh" ? "JMH (closed loop: cost, not latency)" : "Gatling, " + key.time + ", phase " + key.phase + (key.fault ? ", " + key.fault : ""))
      + ", route " + key.route + (key.outcome === "failed" ? ", failed requests" : "") + (data.runs.length > 2 ? ": " + row.candidateId : "");
    if (!groups.has(title)) groups.set(title, []);
    groups.get(title).push(row);
  }
  // A percentile is shown only with ten samples or more beyond it.
  const from = (figures, field, fewest) => figures.count >= fewest ? figures[field] : null;
  const ratio = (value) => digits(value) + "×";
  for (const [title, rows] of groups) {
    byId("tables").append(el("h2", {}, title), table(
      [["operation", "name"], ["p50 base", null], ["candidate", null], ["ratio", null], ["p99 base", null], ["candidate", null], ["ratio", null], ["per s base", null], ["candidate", null], ["ratio", null]],
      rows.map((row) => {
        const a = row.base || {}, b = row.candidate || {};
        return el("tr", {}, el("td", { class: "name" }, (row.key.operation + " " + row.key.variant).trim()),
          cell(from(a, "p50Nanos", 20), nanos), cell(from(b, "p50Nanos", 20), nanos), cell(row.p50Ratio, ratio),
          cell(from(a, "p99Nanos", 1000), nanos), cell(from(b, "p99Nanos", 1000), nanos), cell(row.p99Ratio, ratio),
          cell(a.perSecond, digits), cell(b.perSecond, digits), cell(row.perSecondRatio, ratio));
      })));
  }
})();
