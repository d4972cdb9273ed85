// The page made live. It begins as the agent rendered it (page.c) and writes the same things into the same places.
"use strict";

const $ = (id) => document.getElementById(id);
const el = (tag, attributes = {}, ...children) => {
	const e = document.createElement(tag);
	for (const [k, v] of Object.entries(attributes)) if (v !== false && v != null) e.setAttribute(k, v === true ? "" : v);
	e.append(...children);
	return e;
};
const setText = (e, text) => { if (e && e.textContent !== text) e.textContent = text; };
const setAttr = (e, name, value) => { if (e.getAttribute(name) !== String(value)) e.setAttribute(name, value); };
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const json = async (url, options) => {
	const answer = await fetch(url, { cache: "no-store", ...options });
	const body = await answer.json().catch(() => ({}));
	if (!answer.ok) throw Object.assign(new Error(body.error || answer.statusText), { status: answer.status });
	return body;
};

// --- numbers as words ---

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
function size(bytes) {
	if (bytes == null || Number.isNaN(bytes)) return "–";
	let i = 0;
	for (; Math.abs(bytes) >= 1000 && i < 5; i++) bytes /= 1024;
	return `${i && Math.abs(bytes) < 99.95 ? bytes.toFixed(1) : bytes.toFixed(0)} ${UNITS[i]}`;
}
function duration(seconds) {
	const t = Math.max(0, Math.floor(seconds)), two = (n) => String(n).padStart(2, "0");
	if (t < 60) return `${t} s`;
	if (t < 3600) return `${Math.floor(t / 60)} min ${two(t % 60)} s`;
	if (t < 86400) return `${Math.floor(t / 3600)} h ${two(Math.floor(t / 60) % 60)} min`;
	return `${Math.floor(t / 86400)} d ${Math.floor(t / 3600) % 24} h`;
}
const fixed = (x, digits = 0) => (x == null || Number.isNaN(x) ? "–" : x.toFixed(digits));
const SHOW = {
	"%": (v) => `${fixed(v, v != null && Math.abs(v) < 10 ? 1 : 0)} %`,
	"B": size,
	"B/s": (v) => (v == null || Number.isNaN(v) ? "–" : `${size(v)}/s`),
	"": (v) => fixed(v, 2),
};
const total = (list, key, skip) => (list || []).reduce((sum, x) => (skip && x.name === skip ? sum : sum + (x[key] || 0)), 0);

// --- colours ---

const THEMES = ["system", "light", "dark"];
function showTheme() {
	const theme = document.documentElement.dataset.theme || "system";
	$("theme").setAttribute("aria-label", `Colours: ${theme === "system" ? "as the system" : theme}`);
	$("theme").title = $("theme").getAttribute("aria-label");
}
$("theme").addEventListener("click", () => {
	const root = document.documentElement, next = THEMES[(THEMES.indexOf(root.dataset.theme || "system") + 1) % 3];
	if (next === "system") delete root.dataset.theme; else root.dataset.theme = next;
	try { if (next === "system") localStorage.removeItem("tend-theme"); else localStorage.setItem("tend-theme", next); } catch (e) { /* not kept */ }
	showTheme();
	recolour();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => recolour());
showTheme();

// --- what is wrong, tiles, file systems ---

function showProblems(problems) {
	const list = $("problem-list"), key = JSON.stringify(problems);
	if (list.dataset.key === key) return;
	list.dataset.key = key;
	if (!problems.length) {
		list.replaceChildren(el("p", { class: "allwell" }, el("span", { class: "dot" }), el("strong", {}, "All is well"), el("span", {}, "nothing needs you")));
	} else {
		list.replaceChildren(el("ul", {}, ...problems.map((p) => el("li", { class: p.severity }, el("span", { class: "dot" }),
			el("span", {}, el("strong", {}, p.what), ` ${p.text}`)))));
	}
	setText($("problem-news"), problems.length ? `Wrong: ${problems.map((p) => p.what).join(", ")}` : "All is well");
	document.title = `${problems.length ? `(${problems.length}) ` : ""}${$("host").textContent} · tend`;
}

function tile(id, value, unit, percent, sub) {
	const t = $(`tile-${id}`);
	if (!t) return;
	setText(t.querySelector("b"), value);
	setText(t.querySelector(".value span"), unit);
	setText(t.querySelector(".sub"), sub);
	const bar = t.querySelector("progress");
	if (bar && percent != null) {
		bar.value = Math.min(100, percent);
		bar.className = percent >= 95 ? "bad" : percent >= 85 ? "warn" : "";
	}
}

function showTiles(m) {
	const cpu = m.cpu || {}, memory = m.memory || {}, swap = m.swap || {}, load = m.load || [], host = m.host || {}, p = m.pressure || {};
	setText($("about"), `${host.system} ${host.release} · ${host.machine} · up ${duration(host.uptime)}`);
	tile("cpu", fixed(cpu.busy), "%", cpu.busy, `user ${fixed(cpu.user)} · system ${fixed(cpu.system)} · waiting for disk ${fixed(cpu.iowait)} %`);
	tile("memory", fixed(memory.percent), "%", memory.percent,
		`${size(memory.available)} of ${size(memory.total)} available · ${swap.total ? `swap ${fixed(swap.percent)} %` : "no swap"}`);
	tile("load", fixed(load[0], 2), "", load[0] / host.cpus * 100,
		`${fixed(load[1], 2)} · ${fixed(load[2], 2)} over 5 and 15 min · ${host.cpus} processor${host.cpus === 1 ? "" : "s"}`);
	if (p.cpu) {
		const lost = [p.cpu, p.memory, p.io].map((x) => (x && x.some) || 0);
		tile("pressure", fixed(Math.max(...lost)), "%", Math.max(...lost), `time lost waiting: processor ${fixed(lost[0])} · memory ${fixed(lost[1])} · disk ${fixed(lost[2])} %`);
	}
	const read = total(m.disks, "read_rate"), written = total(m.disks, "write_rate");
	let [value, unit] = size(read + written).split(" ");
	tile("disk", value, `${unit}/s`, null, `read ${size(read)}/s · written ${size(written)}/s`);
	const received = total(m.network, "recv_rate", "lo"), sent = total(m.network, "sent_rate", "lo");
	[value, unit] = size(received + sent).split(" ");
	tile("network", value, `${unit}/s`, null, `in ${size(received)}/s · out ${size(sent)}/s`);
}

// Rows stay the elements they are, by key, so that nothing jumps and a selection survives.
function keyed(body, list, key, make, fill, empty) {
	const old = new Map([...body.children].filter((r) => r.dataset.key).map((r) => [r.dataset.key, r]));
	const rows = list.map((x) => {
		const row = old.get(String(key(x))) || make(x);
		row.dataset.key = key(x);
		fill(row, x);
		return row;
	});
	if (!rows.length) rows.push(el("tr", {}, el("td", { class: "empty", colspan: 8 }, empty)));
	rows.forEach((row, i) => { if (body.children[i] !== row) body.insertBefore(row, body.children[i] || null); });
	while (body.children.length > rows.length) body.lastChild.remove();
}

function showFilesystems(list) {
	keyed($("filesystems"), list || [], (f) => f.mountpoint, () => el("tr", {}, el("th", { scope: "row" }), el("td", { class: "text wide" }), el("td", { class: "text wide" }),
		el("td", {}, el("span", { class: "used" }, el("span"), el("progress", { max: 100, "aria-label": "used" }))), el("td", { class: "num" }), el("td", { class: "num" })),
	(row, f) => {
		const [mount, device, type, used, free, all] = row.children, bar = used.querySelector("progress");
		setText(mount, f.mountpoint); setText(device, f.device); setText(type, f.type); setText(free, size(f.free)); setText(all, size(f.total));
		setText(used.querySelector(".used > span"), f.stale ? "stale" : `${fixed(f.percent)} %`);
		bar.value = f.percent || 0;
		bar.className = f.read_only ? "" : f.percent >= 95 ? "bad" : f.percent >= 85 ? "warn" : "";
	}, "No file system was found.");
}

// --- services ---

const BADGES = { running: "good", failed: "wrong", backoff: "wrong", stopped: "" };
const WORDS = { backoff: "waiting to restart" };
let writable = false;

function showServices(list) {
	const running = list.filter((s) => s.state === "running").length;
	setText($("services-note"), list.length ? `${running} of ${list.length} running` : "");
	keyed($("services"), list, (s) => s.name, (s) => el("tr", { "data-name": s.name }, el("th", { scope: "row" }, s.name),
		el("td", {}, el("span", { class: "badge" }, el("span", { class: "dot" }), el("span", {}))), el("td", { class: "num" }), el("td", { class: "num" }),
		el("td", { class: "num wide" }), el("td", { class: "text wide" }), el("td", { class: "act" })),
	(row, s) => {
		const [, state, restarts, uptime, pid, reason, act] = row.children, badge = state.firstChild;
		setAttr(row, "data-state", s.state);
		badge.className = `badge ${BADGES[s.state] ?? "busy"}`;
		setText(badge.lastChild, WORDS[s.state] || s.state);
		setText(restarts, String(s.restarts)); setText(uptime, s.pid ? duration(s.uptime) : "–"); setText(pid, s.pid ? String(s.pid) : "–"); setText(reason, s.reason || "");
		reason.title = s.reason || "";
		const verbs = !writable ? [] : s.up ? ["restart", "stop"] : ["start"];
		if (act.dataset.verbs !== verbs.join()) {
			act.dataset.verbs = verbs.join();
			act.replaceChildren(...verbs.map((verb) => {
				const button = el("button", { class: "quiet", type: "button", "aria-label": `${verb} ${s.name}` }, verb[0].toUpperCase() + verb.slice(1));
				button.addEventListener("click", () => control(s.name, verb));
				return button;
			}));
		}
	}, "No service is configured. Add one under services: and send the agent a HUP.");
}

function toast(text) {
	$("toast").textContent = text;
	$("toast").hidden = false;
	clearTimeout(toast.timer);
	toast.timer = setTimeout(() => { $("toast").hidden = true; }, 4000);
}

function askToken(text) {
	return new Promise((resolve) => {
		if (text) $("ask-text").textContent = text;
		$("token").value = "";
		$("ask").returnValue = "";
		$("ask").showModal();
		$("ask").addEventListener("close", () => resolve($("ask").returnValue === "ok" ? $("token").value : null), { once: true });
	});
}
$("ask").addEventListener("keydown", (e) => { if (e.key === "Enter") { e.preventDefault(); $("ask").close("ok"); } });

async function control(name, verb) {
	let token = sessionStorage.getItem("tend-token") || await askToken();
	while (token) {
		try {
			await json(`/api/v1/services/${encodeURIComponent(name)}/${verb}`, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
			sessionStorage.setItem("tend-token", token);
			toast(`${name}: ${verb} is under way`);
			return;
		} catch (e) {
			sessionStorage.removeItem("tend-token");
			if (e.status !== 401) { toast(`${name}: ${e.message}`); return; }
			token = await askToken("That token is not the one of the configuration. Try again:");
		}
	}
}

// --- processes ---

const table = { list: [], key: "cpu", down: true, most: 25, visible: false };

function showProcesses() {
	const words = $("filter").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
	const found = table.list.filter((p) => words.every((w) => `${p.pid} ${p.name} ${p.user} ${p.command}`.toLowerCase().includes(w)));
	const by = (p) => (p[table.key] ?? (typeof table.list[0]?.[table.key] === "string" ? "" : -1));
	found.sort((a, b) => {
		const x = by(a), y = by(b);
		return ((x < y ? -1 : x > y ? 1 : 0) * (table.down ? -1 : 1)) || a.pid - b.pid;
	});
	setText($("ps-note"), words.length ? `${found.length} of ${table.list.length}` : `${table.list.length}`);
	$("more").hidden = found.length <= table.most;
	setText($("more"), `Show all ${found.length}`);
	const cells = ["num", "name", "wide", "num", "num", "num wide", "num wide", "text wide"];
	keyed($("processes"), found.slice(0, table.most), (p) => `${p.pid}.${p.created}`, () => el("tr", {}, ...cells.map((c) => el("td", { class: c }))),
		(row, p) => {
			const texts = [String(p.pid), p.name, p.user, p.cpu == null ? "–" : `${p.cpu.toFixed(1)} %`, size(p.rss), String(p.threads ?? "–"),
				p.cpu_time == null ? "–" : duration(p.cpu_time), p.command || `[${p.name}]`];
			texts.forEach((text, i) => setText(row.children[i], text));
			row.children[7].title = p.command || "";
		}, words.length ? "No process matches the filter." : "The first sample is on its way.");
}

for (const th of $("ps-head").children) {
	const button = el("button", { class: "sort", type: "button" }, th.textContent);
	th.replaceChildren(button);
	button.addEventListener("click", () => {
		const key = th.dataset.key, textual = ["name", "user", "command"].includes(key);
		table.down = table.key === key ? !table.down : !textual && key !== "pid";
		table.key = key;
		for (const other of $("ps-head").children) {
			if (other === th) other.setAttribute("aria-sort", table.down ? "descending" : "ascending"); else other.removeAttribute("aria-sort");
		}
		showProcesses();
	});
}
$("filter").addEventListener("input", showProcesses);
$("more").addEventListener("click", () => { table.most = Infinity; showProcesses(); });
async function loadProcesses() {
	if (document.hidden || loadProcesses.busy) return;
	loadProcesses.busy = true;
	try { table.list = await json("/api/v1/processes"); showProcesses(); } catch (e) { /* the connection's state is shown above */ }
	loadProcesses.busy = false;
}
new IntersectionObserver((entries) => { table.visible = entries[0].isIntersecting; if (table.visible) loadProcesses(); }).observe($("processes-section"));
loadProcesses();

// --- charts ---

const CHARTS = [
	{ id: "cpu", title: "Processor", unit: "%", top: 100, stacked: true, series: [["user", /^cpu\.user$/], ["system", /^cpu\.system$/], ["waiting", /^cpu\.iowait$/], ["stolen", /^cpu\.steal$/]] },
	{ id: "memory", title: "Memory", unit: "B", stacked: true, series: [["used", /^memory\.used$/], ["cached", /^memory\.cached$/]] },
	{ id: "load", title: "Load", unit: "", least: 1, series: [["1 min", /^load\.1$/], ["5 min", /^load\.5$/], ["15 min", /^load\.15$/]] },
	{ id: "pressure", title: "Pressure", unit: "%", least: 5, series: [["processor", /^pressure\.cpu$/], ["memory", /^pressure\.memory$/], ["disk", /^pressure\.io$/]] },
	{ id: "network", title: "Network", unit: "B/s", least: 1024, series: [["in", /^net\.(?!lo\.).*\.recv$/], ["out", /^net\.(?!lo\.).*\.sent$/]] },
	{ id: "disk", title: "Disks", unit: "B/s", least: 1024, series: [["read", /^disk\..*\.read$/], ["written", /^disk\..*\.write$/]] },
];
const RINGS = { "1s": { step: 1, span: 600 }, "10s": { step: 10, span: 21600 }, "1m": { step: 60, span: 604800 } };
const past = { names: [], ring: "1s", rows: [], values: new Map(), range: 600, window: null, asked: 0, ticks: 0 };

// The finest ring that reaches back far enough.
function ringFor(from) {
	const age = Date.now() / 1000 - from;
	return age <= 605 ? "1s" : age <= 21610 ? "10s" : "1m";
}
const now = () => past.rows.length ? past.rows[past.rows.length - 1] : Date.now() / 1000;
const shown = () => past.window || [now() - past.range, now()];

async function loadHistory(since) {
	const turn = ++past.asked, ring = past.ring;
	const h = await json(`/api/v1/history?ring=${ring}&series=${encodeURIComponent(past.names.join())}&since=${since}`);
	if (turn !== past.asked || ring !== past.ring) return;
	if (!since || !past.rows.length) { past.rows = []; past.values = new Map(past.names.map((n) => [n, []])); }
	const last = past.rows.length ? past.rows[past.rows.length - 1] : -Infinity;
	const fresh = [];
	for (let i = 0; i < h.count; i++) if (h.start + i * h.step > last + h.step / 2) fresh.push(i);
	for (const i of fresh) past.rows.push(h.start + i * h.step);
	const given = new Map(h.series.map((s) => [s.name, s.values]));
	for (const name of past.names) {
		const to = past.values.get(name), from = given.get(name);
		for (const i of fresh) to.push(from ? from[i] : null);
	}
	const most = RINGS[ring].span / RINGS[ring].step + 2, extra = past.rows.length - most;
	if (extra > 0) { past.rows.splice(0, extra); for (const v of past.values.values()) v.splice(0, extra); }
	draw();
}

function rowsOf(chart) {
	const columns = chart.order.map((k) => chart.series[k][1]).map((pattern) => past.names.filter((n) => pattern.test(n)).map((n) => past.values.get(n)));
	return past.rows.map((t, i) => [new Date(t * 1000), ...columns.map((list) => {
		let sum = null;
		for (const values of list) if (values && values[i] != null) sum = (sum || 0) + values[i];
		return sum;
	})]);
}

function legend(chart, values) {
	chart.order.forEach((k, i) => setText(chart.legend[k], SHOW[chart.unit](values ? values[i] : null)));
	setAttr(chart.plot, "aria-label", `${chart.title}: ${chart.series.map((s, i) => `${s[0]} ${chart.legend[i].textContent}`).join(", ")}. Arrow keys move, plus and minus zoom, 0 goes back to now.`);
}

const colours = (chart) => chart.order.map((k) => css(`--c${k + 1}`));
function recolour() {
	for (const chart of CHARTS) {
		if (!chart.graph) continue;
		chart.graph.updateOptions({ colors: colours(chart), gridLineColor: css("--grid"), axisLineColor: css("--grid") });
	}
}

function draw() {
	const [from, to] = shown(), window = [from * 1000, to * 1000];
	for (const chart of CHARTS) {
		const rows = rowsOf(chart);
		const have = rows.some((r) => r.slice(1).some((v) => v != null));
		chart.nothing.hidden = have;
		if (!have) continue;
		let high = chart.least || 0;
		for (const r of rows) {
			if (r[0] < window[0] || r[0] > window[1]) continue;
			high = Math.max(high, chart.stacked ? r.slice(1).reduce((a, v) => a + (v || 0), 0) : Math.max(...r.slice(1).map((v) => v || 0)));
		}
		const range = [0, chart.top ? chart.top * 1.04 : high * 1.12 || 1];
		if (!chart.graph) chart.graph = makeGraph(chart, rows, window, range);
		else chart.graph.updateOptions({ file: rows, dateWindow: window, valueRange: range });
		if (!chart.pointed) legend(chart, rows[rows.length - 1].slice(1));
	}
	const words = { "1s": "every second", "10s": "every 10 seconds", "1m": "every minute" }[past.ring];
	const clock = (t) => new Date(t * 1000).toLocaleTimeString([], past.ring === "1m" ? { weekday: "short", hour: "2-digit", minute: "2-digit" } : {});
	setText($("range-note"), past.window ? `${clock(from)} – ${clock(to)} · ${words}` : words);
	for (const b of document.querySelectorAll(".ranges button")) setAttr(b, "aria-pressed", !past.window && Number(b.dataset.range) === past.range);
	document.documentElement.dataset.ring = past.ring;
}

function makeGraph(chart, rows, window, range) {
	const bytes = chart.unit.startsWith("B");
	const touch = matchMedia("(pointer: coarse)").matches;
	const model = { ...Dygraph.defaultInteractionModel, dblclick: () => live() };
	if (touch) for (const k of ["touchstart", "touchmove", "touchend"]) delete model[k];
	return new Dygraph(chart.plot.firstChild, rows, {
		labels: ["time", ...chart.order.map((k) => chart.series[k][0])], colors: colours(chart), dateWindow: window, valueRange: range,
		stackedGraph: !!chart.stacked, fillGraph: !!chart.stacked, fillAlpha: 0.35, strokeWidth: 1.5, legend: "never", animatedZooms: false,
		gridLineColor: css("--grid"), gridLineWidth: 1, axisLineColor: css("--grid"), axisLineWidth: 1, labelsKMG2: bytes, highlightCircleSize: 3, rightGap: 4,
		interactionModel: model,
		axes: { y: { axisLabelWidth: bytes ? 62 : 40, pixelsPerLabel: 34, axisLabelFormatter: (v) => (bytes ? SHOW[chart.unit](v) : `${+v.toFixed(2)}${chart.unit && ` ${chart.unit}`}`) },
			x: { pixelsPerLabel: 80, drawGrid: false } },
		highlightCallback: (event, x, points) => {
			chart.pointed = true;
			const row = points.length ? chart.order.map((k, i) => chart.graph.getValue(points[0].idx, i + 1)) : null;
			legend(chart, row);
		},
		unhighlightCallback: () => { chart.pointed = false; draw(); },
		zoomCallback: (min, max) => look(min / 1000, max / 1000),
	});
}

// Looks at a part of the past: its ring is loaded when it is not the one that is there.
async function look(from, to) {
	const end = now(), width = Math.max(10, to - from);
	from = Math.max(end - RINGS["1m"].span, Math.min(from, end - width));
	past.window = [from, Math.min(end, from + width)];
	await useRing(ringFor(from));
}
async function live(range) {
	past.range = range || past.range;
	past.window = null;
	await useRing(ringFor(Date.now() / 1000 - past.range));
}
async function useRing(ring) {
	if (ring === past.ring && past.rows.length) { draw(); return; }
	past.ring = ring;
	past.rows = [];
	try { await loadHistory(0); } catch (e) { toast(`History: ${e.message}`); }
}

function keys(event) {
	const [from, to] = shown(), width = to - from;
	const moves = { ArrowLeft: [-width / 4, -width / 4], ArrowRight: [width / 4, width / 4], "+": [width / 4, -width / 4], "=": [width / 4, -width / 4], "-": [-width / 2, width / 2] };
	if (event.key === "0" || event.key === "Escape" || event.key === "Home") live();
	else if (moves[event.key]) look(from + moves[event.key][0], to + moves[event.key][1]);
	else return;
	event.preventDefault();
}

for (const b of document.querySelectorAll(".ranges button")) b.addEventListener("click", () => live(Number(b.dataset.range)));
for (const chart of CHARTS) {
	// The last column is drawn at the bottom of a stack: what the legend begins with stands there.
	chart.order = chart.series.map((s, i) => (chart.stacked ? chart.series.length - 1 - i : i));
	const marks = chart.series.map(([name], i) => {
		const dot = el("i"), value = el("b", {}, "–");
		dot.style.background = `var(--c${i + 1})`;
		return [el("span", {}, dot, `${name} `, value), value];
	});
	chart.legend = marks.map((m) => m[1]);
	chart.nothing = el("p", { class: "nothing" }, "The first points are on their way");
	chart.plot = el("div", { class: "plot", tabindex: 0, role: "img", "aria-label": chart.title }, el("div"), chart.nothing);
	chart.plot.firstChild.style.cssText = "width:100%;height:100%";
	chart.plot.addEventListener("keydown", keys);
	$("charts").append(el("article", { class: "chart", id: `chart-${chart.id}` }, el("div", { class: "title" }, el("h3", {}, chart.title), el("div", { class: "legend" }, ...marks.map((m) => m[0]))), chart.plot));
}
const drawn = (name) => CHARTS.some((c) => c.series.some(([, p]) => p.test(name)));
const empty = (chart) => !past.names.some((n) => chart.series.some(([, p]) => p.test(n)));

// Asks which series there are, and for their past if there are others than before: rates begin with the agent's second
// sample, disks and networks come and go.
async function learnSeries() {
	const names = (await json("/api/v1/series")).map((s) => s.name).filter(drawn);
	if (names.join() === past.names.join()) return false;
	past.names = names;
	if (names.length) await loadHistory(0);
	return true;
}
async function tickHistory() {
	if (document.hidden) return;
	past.ticks++;
	if (past.ticks % 10 === 0 || (past.ticks < 30 && CHARTS.some(empty))) {
		if (await learnSeries()) return;
	}
	if (!past.names.length) return;
	const last = now();
	if (Date.now() / 1000 - last < RINGS[past.ring].step * 0.9) return;
	await loadHistory(past.rows.length ? last : 0);
}
const keepHistory = () => tickHistory().catch(() => { /* the connection's state is shown above */ });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { keepHistory(); loadProcesses(); } });

// --- live ---

const connection = { last: 0 };
function connectionIs(state, text) {
	setAttr($("live"), "data-state", state);
	setText($("live-text"), text);
}
function take(event) {
	const state = JSON.parse(event.data);
	connection.last = Date.now();
	connectionIs("live", "Live");
	setText($("host"), state.sample.host.name);
	showProblems(state.problems);
	showServices(state.services);
	showTiles(state.sample);
	showFilesystems(state.sample.filesystems);
	if (event.type === "sample") {
		keepHistory();
		if (table.visible && ++take.count % 2 === 0) loadProcesses();
	}
}
take.count = 0;
function listen() {
	const source = new EventSource("/api/v1/events");
	source.addEventListener("sample", take);
	source.addEventListener("services", take);
	source.addEventListener("error", () => {
		connectionIs("lost", "Connection lost, trying again");
		if (source.readyState !== EventSource.CLOSED) return;
		source.close();
		setTimeout(listen, 2000);
	});
}
setInterval(() => { if (connection.last && Date.now() - connection.last > 5000) connectionIs("lost", "Connection lost, trying again"); }, 1000);
json("/api/v1/info").then((info) => { writable = info.writable; }).catch(() => {}).finally(listen);
learnSeries().catch(() => {});
