// Everything that is pressed and is smaller than it may be: one line for each.
const [least, leastInTables] = arguments;
const pressed = 'a[href], button, input, select, textarea, summary, [role=button], [tabindex="0"]';
// Drawn by its label where it has none of its own.
const box = (element) => (element.matches('[type=radio], [type=checkbox]') ? element.closest('label') ?? element : element);
// A link among the words of a sentence is as high as they are.
const inText = (element) =>
  element.matches('a') &&
  getComputedStyle(element).display === 'inline' &&
  [...element.parentNode.childNodes].some((node) => node !== element && node.textContent.trim() !== '');
const clipped = (element) => getComputedStyle(element).clipPath === 'inset(50%)';
const found = [];
for (const element of document.querySelectorAll(pressed)) {
  if (!element.checkVisibility({ visibilityProperty: true }) || clipped(element) || inText(element)) continue;
  const { width, height } = box(element).getBoundingClientRect();
  const wanted = element.closest('table') ? leastInTables : least;
  if (Math.min(width, height) < wanted - 0.5) {
    const name = (element.ariaLabel ?? element.textContent).trim().slice(0, 40);
    found.push(`${element.outerHTML.slice(0, 90)} "${name}": ${width.toFixed(1)} × ${height.toFixed(1)}, not ${wanted}`);
  }
}
return found;
