// Colours, sizes and layout of the comparison's page.
#include "nanobragg/report/html_style.hpp"

namespace nanobragg::report {

std::string_view report_style() {
  return R"css(
:root { color-scheme: light dark; --page: #fbfbfa; --ink: #1d2328; --quiet: #5b656e; --line: #dcdfe1;
  --panel: #ffffff; --good: #1a7f4b; --bad: #b3261e; --reference: #05619f; --candidate: #c2571a; }
@media (prefers-color-scheme: dark) { :root { --page: #15181b; --ink: #e5e8ea; --quiet: #9aa4ad;
  --line: #343a40; --panel: #1d2125; --good: #58c48b; --bad: #ff8a80; --reference: #6cb4ee;
  --candidate: #f0995c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 74rem; background: var(--page);
  color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "Helvetica Neue", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .35rem; font-weight: 650; }
h2 { font-size: 1.1rem; margin: 2.75rem 0 .5rem; font-weight: 650; }
p { margin: .4rem 0; max-width: 48rem; }
.quiet, figcaption, caption { color: var(--quiet); font-size: .88rem; }
.verdict { margin: 1.25rem 0; padding: 1rem 1.25rem; background: var(--panel);
  border: 1px solid var(--line); border-left: .4rem solid var(--bad); border-radius: .3rem; }
.verdict.pass { border-left-color: var(--good); }
.verdict strong { display: block; color: var(--bad); font-size: .82rem; letter-spacing: .06em;
  text-transform: uppercase; }
.verdict.pass strong { color: var(--good); }
.verdict p { font-size: 1.12rem; margin: .2rem 0 0; }
ul { padding-left: 1.2rem; margin: .4rem 0; max-width: 48rem; }
li { margin: .15rem 0; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1.25rem; }
figure { margin: 0; min-width: 0; }
figure h3 { margin: 0 0 .4rem; font-size: .95rem; font-weight: 600; overflow-wrap: anywhere; }
figure img { display: block; width: 100%; image-rendering: pixelated; border: 1px solid var(--line);
  background: #fff; }
.scale { height: .6rem; margin-top: .5rem; border: 1px solid var(--line); }
.ends { display: flex; justify-content: space-between; font-size: .8rem; color: var(--quiet);
  font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; background: var(--panel); border: 1px solid var(--line);
  font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .8rem; text-align: left; border-bottom: 1px solid var(--line);
  vertical-align: top; }
thead th { font-weight: 600; border-bottom-width: 2px; white-space: nowrap; }
tbody th { font-weight: 500; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.meaning { color: var(--quiet); font-size: .88rem; }
code { font: .84rem/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; overflow-wrap: anywhere; }
pre { margin: .3rem 0 1rem; padding: .6rem .8rem; max-height: 18rem; overflow: auto;
  background: var(--panel); border: 1px solid var(--line); white-space: pre-wrap;
  font: .84rem/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; overflow-wrap: anywhere; }
code span { white-space: nowrap; }
td.outcome { white-space: nowrap; }
svg { display: block; width: 100%; max-width: 52rem; height: auto; margin: .5rem 0; }
svg text { fill: var(--quiet); font-size: 13px; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .level { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 5 4; }
svg .bar { fill: var(--reference); }
svg path { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
svg .reference { stroke: var(--reference); }
svg .candidate { stroke: var(--candidate); stroke-dasharray: 6 3; }
svg .ratio { stroke: var(--ink); }
footer { margin-top: 3rem; }
)css";
}

}  // namespace nanobragg::report
