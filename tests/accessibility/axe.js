// Look for accessibility faults with axe-core in headless Chromium, at two widths and as printed.
// Usage: NODE_PATH=<folder>/node_modules node axe.js report.html ...
// where <folder> had `npm install axe-core puppeteer-core`; CHROMIUM names the browser (default /usr/bin/chromium).
// Prints one line a page and width; exit code 1 where there is a violation.
const puppeteer = require("puppeteer-core");
const axe = require("axe-core");
const path = require("path");

const WIDTHS = [1280, 400];

(async () => {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  let faults = 0;
  for (const file of process.argv.slice(2)) {
    for (const width of WIDTHS) {
      const page = await browser.newPage();
      await page.setViewport({ width, height: 900 });
      await page.goto("file://" + path.resolve(file));
      await page.evaluate(() => document.querySelectorAll("details").forEach((folded) => (folded.open = true)));
      await page.evaluate(axe.source);
      const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations", "incomplete"] }));
      const widest = await page.evaluate(() => document.documentElement.scrollWidth);
      const overflow = widest > width ? ` | page is ${widest} px wide` : "";
      faults += found.violations.length + (overflow ? 1 : 0);
      const named = found.violations.map((v) => `${v.id} (${v.nodes.length}: ${v.nodes[0].target})`).join("; ");
      const unsure = found.incomplete.map((v) => `${v.id} (${v.nodes.length})`).join("; ") || "none";
      console.log(`${file} | ${width} px | violations: ${named || "none"} | passed: ${found.passes.length} | cannot tell: ${unsure}${overflow}`);
      await page.close();
    }
  }
  await browser.close();
  process.exit(faults ? 1 : 0);
})();
