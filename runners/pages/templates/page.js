"use strict";
// Makes a page answer: values under the pointer, a zoom that all time charts share, sorted tables.
// Without this script the same charts stand still. It makes no request and reads only this page.
(() => {
  const WIDE = 2000, HIGH = 1000, COLUMNS = 1000, OUT = 10, MOST_MARKS = 300;
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const escaped = text => text.replace(/[&<>"]/g, c => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})[c]);

  // ---- numbers and dates as text, as the page writes them ----

  function number(value, digits) {
    if (!Number.isFinite(value)) return "–";
    const text = Math.abs(value).toLocaleString("en-US", {minimumFractionDigits: digits, maximumFractionDigits: digits});
    return (value < 0 && /[1-9]/.test(text) ? "−" : "") + text;
  }
  const percent = (value, digits = 2) => Number.isFinite(value) ? number(100 * value, digits) + "%" : "–";
  const anySize = value => {
    const small = Math.abs(value) > 1e-9 && Math.abs(value) < 0.1;
    return number(value, small ? 2 - Math.floor(Math.log10(Math.abs(value))) : 2);
  };
  const shown = (value, unit) => unit === "%" ? percent(value) : anySize(value);
  const iso = day => new Date(day * 864e5).toISOString().slice(0, 10);

  const decoded = (text, type) => new type(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);

  // ---- labels of the axes: the same rules as when the page was written ----

  function roundTicks(low, high, most) {
    const power = Math.floor(Math.log10(high - low)) + 1;
    let best = [];
    for (let exponent = power; exponent > power - 5; exponent--) {
      for (const step of [5, 2.5, 2, 1]) {
        const distance = step * 10 ** exponent, slack = 1e-9 * (high - low), found = [];
        const digits = Math.max(0, 2 - Math.floor(Math.log10(distance)));
        for (let at = Math.ceil((low - slack) / distance); at <= Math.floor((high + slack) / distance); at++)
          found.push(Number((at * distance).toFixed(digits)));
        if (found.length <= most || best.length < 3) best = found;
        if (found.length > most) return best;
      }
    }
    return best.length ? best : [low, (low + high) / 2, high];
  }

  function digitsOf(values) {
    const close = 1e-3 * Math.min(...values.slice(1).map((value, at) => value - values[at]), 1e300);
    let digits = 0;
    while (digits < 15 && !values.every(value => Math.abs(Number(value.toFixed(digits)) - value) <= close)) digits++;
    return digits;
  }

  function tickTexts(values, unit) {
    const scaled = values.map(value => unit ? 100 * value : value);
    const largest = Math.max(...scaled.map(Math.abs));
    if (!unit) for (const [size, suffix] of [[1e9, "bn"], [1e6, "M"], [1e3, "k"]]) if (largest >= Math.max(size, 1e5)) {
      const digits = digitsOf(scaled.map(value => value / size));
      if (digits <= 2) return scaled.map(value => number(value / size, digits) + (value ? suffix : ""));
    }
    return scaled.map(value => number(value, digitsOf(scaled)) + unit);
  }

  function logTicks(low, high) {
    const inside = values => values.filter(value => low <= value && value <= high);
    const powers = [];
    for (let power = Math.floor(Math.log10(low)); power < Math.ceil(Math.log10(high)) + 1; power++) powers.push(power);
    const stride = Math.ceil(powers.length / 9);
    const tried = [inside(powers.filter(power => power % stride === 0).map(power => Number(`1e${power}`)))];
    for (const steps of [[1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]])
      tried.push(inside(powers.flatMap(power => steps.map(step => step * Number(`1e${power}`)))));
    for (const wanted of [4, 3])
      for (const ticks of tried) if (wanted <= ticks.length && ticks.length <= 9) return ticks;
    return roundTicks(low, high, 6).slice(0, 9);
  }

  const logTexts = values => values.map(value => value >= 1e-6 && value < 1e9
    ? value.toLocaleString("en-US", {maximumSignificantDigits: 6}) : value.toPrecision(6));

  function starts(first, last, unit, step) {
    const found = [], begin = new Date(first * 864e5);
    if (unit === "Y") {
      for (let year = Math.ceil(begin.getUTCFullYear() / step) * step; ; year += step) {
        const day = Date.UTC(year, 0, 1) / 864e5;
        if (day > last) return found;
        if (day >= first) found.push([day, String(year)]);
      }
    }
    if (unit === "M") {
      const month0 = (begin.getUTCFullYear() - 1970) * 12 + begin.getUTCMonth();
      for (let month = Math.ceil(month0 / step) * step; ; month += step) {
        const day = Date.UTC(1970, month, 1) / 864e5, date = new Date(day * 864e5);
        if (day > last) return found;
        if (day >= first) found.push([day, `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`]);
      }
    }
    for (let day = Math.ceil(first / step) * step; day <= last; day += step) {
      const date = new Date(day * 864e5), year = found.length ? "" : ` ${date.getUTCFullYear()}`;
      found.push([day, `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}${year}`]);
    }
    return found;
  }

  // As many labels as stand side by side on a phone, at most six.
  function dateTicks(first, last) {
    let labels = [];
    for (let most = 6; most >= 3; most--) {
      labels = [];
      for (const [unit, step] of [["Y", 100], ["Y", 50], ["Y", 20], ["Y", 10], ["Y", 5], ["Y", 2], ["Y", 1],
        ["M", 6], ["M", 3], ["M", 1], ["D", 14], ["D", 7], ["D", 4], ["D", 2], ["D", 1]]) {
        const finer = starts(first, last, unit, step);
        if (finer.length > most) break;
        labels = finer;
      }
      if (labels.reduce((sum, [, text]) => sum + (text.length + 2) * 6.6, 0) <= 328) break;
    }
    return labels;
  }

  // ---- paths ----

  function reduced(x, y) {
    if (x.length <= 2 * COLUMNS) return [x, y];
    const across = [], up = [];
    for (let start = 0; start < x.length;) {
      const column = Math.floor(x[start] * COLUMNS / WIDE);
      let end = start, low = start, high = start;
      while (end < x.length && Math.floor(x[end] * COLUMNS / WIDE) === column) {
        if (y[end] < y[low]) low = end;
        if (y[end] > y[high]) high = end;
        end++;
      }
      for (const at of [...new Set([start, low, high, end - 1])].sort((a, b) => a - b)) across.push(x[at]), up.push(y[at]);
      start = end;
    }
    return [across, up];
  }

  function runs(x, y) {
    const found = [];
    let across = [], up = [];
    for (let at = 0; at <= x.length; at++) {
      if (at < x.length && Number.isFinite(y[at])) across.push(x[at]), up.push(y[at]);
      else if (across.length) found.push(reduced(across, up)), across = [], up = [];
    }
    return found;
  }

  const points = (x, y) => x.map((value, at) => `${Math.round(value)} ${Math.round(y[at])}`).join(" ");
  const linePath = (x, y) => runs(x, y).map(([a, b]) => a.length === 1 ? `M${points(a, b)}h0` : `M${points(a, b)}`).join("");
  const areaPath = (x, y, base) => runs(x, y).map(([a, b]) =>
    `M${Math.round(a[0])} ${base} ${points(a, b)} ${Math.round(a[a.length - 1])} ${base}z`).join("");

  // ---- time charts ----

  const source = document.getElementById("chart-data");
  const data = source ? JSON.parse(source.textContent) : null;

  if (data) {
    const days = decoded(data.days, Int32Array);
    const last = days.length - 1;
    const series = {};
    const values = key => series[key] ||= decoded(data.series[key], Float32Array);
    const charts = all("[data-chart]").map(figure => ({figure, ...data.charts[figure.dataset.chart], hidden: new Set()}));
    for (const chart of charts) {
      chart.svg = one("svg.plot", chart.figure);
      for (const line of chart.lines) if (line.hidden) chart.hidden.add(line.key);
    }
    const window_ = {from: 0, to: last};
    const whole = () => window_.from === 0 && window_.to === last;
    let pick = null;  // the instrument whose price is shown

    const at = day => {  // the bar nearest to a day
      let low = 0, high = last;
      while (low < high) { const middle = (low + high) >> 1; if (days[middle] < day) low = middle + 1; else high = middle; }
      return low > 0 && day - days[low - 1] < days[low] - day ? low - 1 : low;
    };
    const linesOf = chart => chart.feeds ? chart.feeds[pick ?? 0].lines : chart.lines;
    const seen = chart => linesOf(chart).filter(line => !chart.hidden.has(line.key) && (!line.near || window_.to - window_.from < line.near));

    function valuesOf(chart, line) {
      const all_ = values(line.key), found = all_.subarray(window_.from, window_.to + 1);
      if (!chart.rebase || whole()) return found;
      const start = found.find(Number.isFinite);
      return found.map(value => value / start);
    }

    function draw(chart) {
      const {from, to} = window_, height = chart.height, log = chart.log;
      const x = [...days.subarray(from, to + 1)];
      const first = x[0], end = x[x.length - 1] > first ? x[x.length - 1] : first + 1;
      const wide = value => (value - first) / (end - first) * WIDE;
      const across = x.map(wide);
      const lines = seen(chart).map(line => ({...line, y: [...valuesOf(chart, line)]}));
      let low = Infinity, high = -Infinity;
      for (const line of lines) for (const value of line.y)
        if (Number.isFinite(value) && (!log || value > 0)) { if (value < low) low = value; if (value > high) high = value; }
      if (chart.zero || lines.some(line => line.kind !== "line")) { low = Math.min(low, 0); high = Math.max(high, 0); }
      if (!(low <= high)) { low = log ? 1 : 0; high = 1; }
      if (log) { const room = high > low * (1 + 1e-9) ? (high / low) ** 0.05 : 1.01; low /= room; high *= room; }
      else { const room = 0.05 * (high - low) || Math.max(Math.abs(low) * 0.01, 1e-9); low -= room; high += room; }
      const share = value => log ? (value > 0 ? Math.log(value / low) / Math.log(high / low) : NaN) : (value - low) / (high - low);
      const up = value => HIGH - share(value) * HIGH;
      const ticks = log ? logTicks(low, high) : roundTicks(low, high, Math.max(3, Math.min(6, Math.floor(height / 36))));
      const texts = log ? logTexts(ticks) : tickTexts(ticks, chart.unit);
      const parts = [`<path class="grid" d="${ticks.map(y => `M0 ${Math.round(up(y))}H${WIDE}`).join("")}"/>`];
      const feed = chart.feeds ? chart.feeds[pick ?? 0] : chart;
      for (const [colour, spans] of Object.entries(feed.shade || {})) {
        const boxes = spans.filter(([a, b]) => b > from && a < to).map(([a, b]) => {
          const left = Math.round(wide(days[Math.max(a, from)])), right = Math.round(wide(days[Math.min(b, to)]));
          return `M${left} 0h${right - left}v${HIGH}h${left - right}z`;
        });
        parts.push(`<path d="${boxes.join("")}" style="fill:var(--${colour});fill-opacity:.13;stroke:none"/>`);
      }
      if (chart.zero) parts.push(`<path d="M0 ${Math.round(up(0))}H${WIDE}" style="stroke:var(--muted);stroke-width:.8"/>`);
      for (const line of lines) {
        let a = across, b = line.y.map(up);
        if (line.kind === "step") {
          a = across.flatMap((value, i) => i ? [value, value] : [value]);
          b = b.flatMap((value, i) => i < b.length - 1 ? [value, value] : [value]);
        }
        if (line.kind !== "line")
          parts.push(`<path d="${areaPath(a, b, Math.round(up(0)))}" style="fill:var(--${line.colour});fill-opacity:.18;stroke:none"/>`);
        parts.push(`<path d="${linePath(a, b)}" style="stroke:var(--${line.colour});stroke-width:${line.width}"/>`);
      }
      const within = marks => marks.filter(([i]) => i >= from && i <= to);
      const all_ = Object.entries(feed.marks || {}).map(([colour, marks]) => [colour, within(marks)]);
      if (all_.reduce((sum, [, marks]) => sum + marks.length, 0) <= MOST_MARKS) for (const [colour, marks] of all_) {
        const dots = marks.map(([i, y]) => `M${Math.round(wide(days[i]))} ${Math.round(up(y))}h0`);
        parts.push(`<path d="${dots.join("")}" style="stroke:var(--${colour});stroke-width:${feed.dot};stroke-linecap:round"/>`);
      }
      const labels = ticks.map((y, i) => `<text x="0" y="${(100 * (1 - share(y))).toFixed(2)}%" dy="-3">${texts[i]}</text>`).join("");
      const below = dateTicks(first, x[x.length - 1]).map(([day, text]) => {
        const place = (day - first) / (end - first), half = text.length * 3.3;
        const anchor = half - place * 328 > OUT ? "start" : half - (1 - place) * 328 > OUT ? "end" : "middle";
        return `<text x="${(100 * place).toFixed(2)}%" y="15" text-anchor="${anchor}">${text}</text>`;
      }).join("");
      chart.svg.innerHTML = `<svg x="0.00%" width="100.00%" y="0.00%" height="${(100 * height / (height + 20)).toFixed(2)}%"><svg viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none">` +
        `${parts.join("")}</svg>${labels}</svg><svg x="0.00%" width="100.00%" y="${(100 * height / (height + 20)).toFixed(2)}%" height="20">${below}</svg>`;
      chart.place = {first, end, share};
    }

    // The values of a bar; of no bar, the last ones that exist in the window.
    function legends(bar) {
      for (const chart of charts) {
        const legend = one(".legend", chart.figure);
        if (!legend) continue;
        for (const span of all("[data-key]", legend)) {
          const line = linesOf(chart).find(found => found.key === span.dataset.key);
          span.classList.toggle("off", !seen(chart).some(found => found.key === span.dataset.key));
          if (!line) continue;
          const found = valuesOf(chart, line);
          one("b", span).textContent = shown(bar === null ? found.findLast(Number.isFinite) : found[bar - window_.from], chart.unit);
        }
      }
    }

    function cursor(bar) {
      for (const chart of charts) {
        if (!chart.place) draw(chart);
        const box = chart.svg.firstElementChild, {first, end, share} = chart.place;
        one(".cursor", box)?.remove();
        if (bar === null) continue;
        const x = 100 * (days[bar] - first) / (end - first);
        const dots = seen(chart).map(line => {
          const y = 100 * (1 - share(valuesOf(chart, line)[bar - window_.from]));
          return Number.isFinite(y) ? `<circle cx="${x}%" cy="${y}%" r="3.5" style="fill:var(--${line.colour})"/>` : "";
        }).join("");
        const anchor = x < 8 ? "start" : x > 92 ? "end" : "middle";
        box.insertAdjacentHTML("beforeend", `<g class="cursor"><line x1="${x}%" x2="${x}%" y1="0" y2="100%"/>${dots}` +
          `<text x="${x}%" y="10" text-anchor="${anchor}">${iso(days[bar])}</text></g>`);
      }
      legends(bar);
    }

    // What the lines did within the window.
    function reading() {
      const {from, to} = window_, {first, growth} = data;
      const made = growth.map(({key, label}) => {
        const found = values(key), change = found[to] / found[from] - 1;
        return `${escaped(label)} <b>${percent(change, 1)}</b>`;
      });
      const strategy = values(growth[0].key);
      let peak = -Infinity, worst = 0;
      for (let bar = from; bar <= to; bar++) {
        peak = Math.max(peak, strategy[bar]);
        worst = Math.min(worst, strategy[bar] / peak - 1);
      }
      for (const output of all(".reading"))
        output.innerHTML = whole() ? "" : `<span>${iso(days[from])} to ${iso(days[to])}:</span> ${made.join(", ")}, worst drawdown <b>${percent(worst, 1)}</b>`;
      for (const row of all(".window-of")) row.hidden = whole();
      const bar = one(".contents");  // headings that a link leads to stand below it
      if (bar) document.documentElement.style.scrollPaddingTop = `${bar.offsetHeight + 12}px`;
    }

    function zoom(from, to) {
      window_.from = Math.max(0, Math.min(from, to));
      window_.to = Math.min(last, Math.max(from, to));
      if (window_.to - window_.from < 2) { window_.from = Math.max(0, window_.to - 2); window_.to = Math.min(last, window_.from + 2); }
      charts.forEach(draw);
      legends(null);
      reading();
      for (const button of all("[data-years]")) {
        const years = Number(button.dataset.years);
        button.setAttribute("aria-pressed", String(years ? window_.to === last && window_.from === since(years) && !whole() : whole()));
      }
    }
    const since = years => {
      const end = new Date(days[last] * 864e5);
      return at(Date.UTC(end.getUTCFullYear() - years, end.getUTCMonth(), end.getUTCDate()) / 864e5);
    };

    for (const tools of all(".tools")) tools.hidden = false;
    for (const button of all("[data-years]")) {
      const years = Number(button.dataset.years);
      if (years && days[last] - days[0] < 365.25 * years) button.remove();
      else button.addEventListener("click", () => zoom(years ? since(years) : 0, last));
    }
    for (const button of all("[data-back]")) button.addEventListener("click", () => zoom(0, last));
    for (const button of all("[data-log]")) button.addEventListener("click", () => {
      const log = button.getAttribute("aria-pressed") !== "true";
      for (const other of all("[data-log]")) other.setAttribute("aria-pressed", String(log));
      for (const chart of charts) if (chart.scalable) { chart.log = log; draw(chart); }
      legends(null);
    });
    for (const button of all("[data-line]")) button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      for (const chart of charts) if (chart.lines.some(line => line.key === button.dataset.line)) {
        chart.hidden[on ? "delete" : "add"](button.dataset.line);
        draw(chart);
      }
      legends(null);
    });
    for (const select of all("[data-pick]")) {
      select.closest(".pick").hidden = false;
      select.addEventListener("change", () => {
        pick = Number(select.value);
        for (const chart of charts) if (chart.feeds) {
          const feed = chart.feeds[pick];
          one(".legend", chart.figure).innerHTML = feed.lines.map(line =>
            `<span data-key="${escaped(line.key)}"><i class="line" style="color:var(--${line.colour})"></i>${escaped(line.label)} <b></b></span>`).join("") +
            (feed.keys || "");
          chart.svg.setAttribute("aria-label", feed.label);
          one("h3", chart.figure).textContent = feed.label;
          draw(chart);
        }
        legends(null);
      });
    }

    for (const chart of charts) {
      const svg = chart.svg;
      let pressed = null, keyed = null;
      const bar = event => {
        const box = svg.getBoundingClientRect(), share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
        const first = days[window_.from], end = days[window_.to];
        return at(first + share * (end - first));
      };
      svg.setAttribute("tabindex", "0");
      svg.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight + - Escape");
      svg.addEventListener("pointermove", event => {
        const here = bar(event);
        keyed = here;
        cursor(here);
        if (pressed !== null && event.pointerType === "mouse") {
          const {first, end} = chart.place;
          const [a, b] = [pressed, here].sort((x, y) => x - y).map(x => 100 * (days[x] - first) / (end - first));
          one(".cursor", svg).insertAdjacentHTML("afterbegin", `<rect class="brush" x="${a}%" width="${b - a}%" y="0" height="100%"/>`);
        }
      });
      svg.addEventListener("pointerdown", event => {
        if (event.button) return;
        pressed = bar(event);
        if (event.pointerType === "mouse") { svg.setPointerCapture(event.pointerId); event.preventDefault(); svg.focus({preventScroll: true}); }
      });
      svg.addEventListener("pointerup", event => {
        const from = pressed, to = bar(event);
        pressed = null;
        if (event.pointerType === "mouse" && from !== null && Math.abs(to - from) > 2) { zoom(from, to); cursor(null); }
      });
      svg.addEventListener("pointerleave", () => { if (pressed === null) cursor(null); });
      svg.addEventListener("dblclick", () => zoom(0, last));
      svg.addEventListener("blur", () => cursor(null));
      svg.addEventListener("keydown", event => {
        const step = event.shiftKey ? 21 : 1;
        if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
          const start = keyed !== null && window_.from <= keyed && keyed <= window_.to ? keyed : window_.to;
          keyed = Math.max(window_.from, Math.min(window_.to, start + (event.key === "ArrowLeft" ? -step : step)));
          cursor(keyed);
          const told = seen(chart).map(line => `${line.label} ${shown(valuesOf(chart, line)[keyed - window_.from], chart.unit)}`);
          for (const live of all(".spoken")) live.textContent = `${iso(days[keyed])}: ${told.join(", ")}`;
        } else if (event.key === "+" || event.key === "=" || event.key === "-") {
          const inside = keyed !== null && window_.from <= keyed && keyed <= window_.to;
          const middle = inside ? keyed : Math.round((window_.from + window_.to) / 2);
          const half = (window_.to - window_.from) / (event.key === "-" ? 1 : 4);
          zoom(Math.round(middle - half), Math.round(middle + half));
          cursor(inside ? keyed : null);
        } else if (event.key === "Escape") { keyed = null; cursor(null); zoom(0, last); }
        else return;
        event.preventDefault();
      });
    }
    legends(null);
  }

  // ---- maps of two parameters: what the cell under the pointer holds ----

  const KINDS = {f32: Float32Array, u16: Uint16Array, u8: Uint8Array};
  for (const svg of all("svg.heat[data-map]")) {
    const map = JSON.parse(svg.dataset.map), [left, top, width, height] = svg.dataset.frame.split(" ").map(Number);
    const columns = map.across.values.length, rows = map.down.values.length;
    const figures = map.packed ? decoded(map.packed.data, KINDS[map.packed.type]) : null;
    const most = figures && map.packed.type !== "f32" ? 2 ** (8 * figures.BYTES_PER_ELEMENT) - 1 : 0;
    const told = document.createElement("p");
    told.className = "told";
    told.setAttribute("aria-live", "polite");
    svg.insertAdjacentElement("afterend", told);

    function holds(row, column) {
      const place = row * columns + column;
      if (map.texts) return map.texts[row][column];
      if (map.noted?.[place]) return map.noted[place];
      let value = figures[place];
      if (most) {
        if (value < 3) return map.states[value];
        value = map.packed.low + (value - 3) / (most - 3) * (map.packed.high - map.packed.low);
      } else if (!Number.isFinite(value)) return map.states[value === Infinity ? 0 : value === -Infinity ? 1 : 2];
      return map.before + number(map.factor * value, map.digits) + map.unit;
    }
    const say = (row, column) => {
      told.textContent = `${map.across.name} ${map.across.values[column]}, ${map.down.name} ${map.down.values[row]}: ${holds(row, column)}`;
    };
    const within = (value, count) => Math.max(0, Math.min(count - 1, value));
    let at = [0, 0];
    svg.setAttribute("tabindex", "0");
    for (const kind of ["pointermove", "pointerdown"]) svg.addEventListener(kind, event => {
      const box = svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width - left) / width, y = ((event.clientY - box.top) / box.height - top) / height;
      if (x < 0 || x >= 1 || y < 0 || y >= 1) { told.textContent = ""; return; }
      at = [Math.floor(y * rows), Math.floor(x * columns)];
      say(...at);
    });
    svg.addEventListener("pointerleave", () => { told.textContent = ""; });
    svg.addEventListener("keydown", event => {
      const step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
      if (!step) return;
      event.preventDefault();
      at = [within(at[0] + step[0], rows), within(at[1] + step[1], columns)];
      say(...at);
    });
  }

  // ---- tables that sort ----

  for (const table of all("table.sortable")) {
    const body = one("tbody", table), original = [...body.rows];
    all("thead th", table).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const order = before === "descending" ? "ascending" : before === "ascending" ? null : "descending";
        for (const other of all("thead th", table)) other.removeAttribute("aria-sort");
        if (order) head.setAttribute("aria-sort", order);
        const value = row => {
          const cell = row.cells[column], raw = cell?.dataset.value;
          if (raw !== undefined) return raw === "" ? NaN : Number(raw);
          const text = cell?.textContent.trim() ?? "";
          return /^−?[\d,.]+%?$/.test(text) ? Number(text.replace("−", "-").replace(/[,%]/g, "")) : text === "–" || text === "" ? NaN : text;
        };
        const side = order === "ascending" ? 1 : -1;
        const sorted = order ? [...original].sort((a, b) => {
          const x = value(a), y = value(b);
          if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
          if (typeof x === "number" && typeof y === "number") return side * (x - y);
          return side * String(x).localeCompare(String(y), "en", {numeric: true});
        }) : original;
        body.append(...sorted);
      });
    });
  }

  // ---- wide tables show that they scroll ----

  for (const box of all(".scroll")) {
    const cue = () => box.classList.toggle("more", box.scrollWidth - box.clientWidth - box.scrollLeft > 2);
    box.addEventListener("scroll", cue, {passive: true});
    addEventListener("resize", cue);
    cue();
  }
})();
