// Looks at the page of a mail with a real browser, and works on it as a colleague
// who has switched scripts off: node browser.cjs CHROMIUM ADDRESS PICTURES
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");

const [, , executablePath, address, pictures] = process.argv;
const rules = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

async function main() {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  let wrong = 0;
  const say = (what) => { wrong++; console.error(what); };

  for (const colorScheme of ["light", "dark"]) {
    for (const width of [375, 1280]) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } }); // axe-core is a script
      const page = await context.newPage();
      const view = `${colorScheme}, ${width} wide`;
      page.on("request", (r) => { if (new URL(r.url()).origin !== new URL(address).origin) say(`${view}: asks for ${r.url()}`); });
      const answer = await page.goto(address);
      if (answer.status() !== 200) say(`${view}: status ${answer.status()}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (overflow > 0) say(`${view}: ${overflow} pixels too wide`);
      await page.evaluate(rules);
      const { violations, passes } = await page.evaluate(() => window.axe.run());
      for (const v of violations) say(`${view}: ${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).join(" ")}`);
      console.log(`${view}: axe-core holds ${passes.length} rules`);
      await page.screenshot({ path: path.join(pictures, `mail-page-${colorScheme}-${width}.png`), fullPage: true });
      await context.close();
    }
  }

  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(address);
  for (const button of ["Take it", "I have answered"]) {
    await page.getByRole("button", { name: button, exact: true }).click();
    console.log(`${button}: ${await page.getByRole("status").innerText()}`);
  }
  await browser.close();
  process.exit(wrong ? 1 : 0);
}

main().catch((err) => { console.error(err); process.exit(1); });
