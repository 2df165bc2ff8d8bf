// Draws on the page in a Firefox that resists fingerprinting, says that the answer is right, and
// prints the digit, who read it, and the label that is kept.
// node draw-in-firefox.mjs FIREFOX URL STROKES, with the strokes as JSON in the field's unit square.
import process from "node:process";
import puppeteer from "puppeteer-core";

const [executablePath, url, strokes] = process.argv.slice(2);
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  extraPrefsFirefox: { "privacy.resistFingerprinting": true },
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  const field = await page.waitForSelector("[data-testid=field]");
  const box = await field.boundingBox();
  for (const points of JSON.parse(strokes)) {
    for (const [i, [x, y]] of points.entries()) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
      if (i === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
  await page.waitForSelector("[data-testid=answer][data-phase=answered]");
  const digit = await page.$eval("[data-testid=digit]", (element) => element.textContent);
  const by = await page.$eval("[data-testid=computed-by]", (element) => element.textContent);
  await page.waitForSelector("[data-testid=feedback]");
  await page.click("[data-testid=feedback] ::-p-text(Right)");
  const feedback = await page.waitForSelector("[data-testid=feedback][data-label]");
  const label = await feedback.evaluate((element) => element.dataset.label);
  // what such a Firefox gives of a field that has been drawn on: no two readings alike
  const isNoise = await page.$eval("[data-testid=field]", (canvas) => {
    const read = () => canvas.toDataURL();
    return read() !== read();
  });
  console.log(JSON.stringify({ digit, by, label, isNoise }));
} finally {
  await browser.close();
}
