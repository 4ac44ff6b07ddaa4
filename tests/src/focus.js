// What has the focus and what is wrong with how it is shown: whether it is the wanted one (role, name), a description,
// and the problem, or null.
const [find, role, name] = arguments;
const element = document.activeElement;
const hit = new Function(find)(role, name).includes(element);
// Drawn by what stands beside it where it is itself transparent.
const drawn = getComputedStyle(element).opacity === '0' ? element.nextElementSibling : element;
const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
const light = ([r, g, b]) => {
  const part = (value) => ((value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
};
const contrast = (one, other) => {
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};
// The ring lies outside (or, with a negative offset, inside): on the ground of what surrounds it.
const ground = (from) => {
  for (let at = from; at; at = at.parentElement) {
    const colour = numbers(getComputedStyle(at).backgroundColor);
    if (colour.length === 3 || colour[3] > 0.99) return colour;
  }
  return [255, 255, 255];
};
const problem = () => {
  if (element === document.body) return null;
  const style = getComputedStyle(drawn);
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 'no ring';
  const inside = parseFloat(style.outlineOffset) < 0;
  const ratio = contrast(numbers(style.outlineColor), ground(inside ? drawn : drawn.parentElement));
  if (ratio < 3) return `a ring of contrast ${ratio.toFixed(1)}`;
  const { left, top, width, height } = drawn.getBoundingClientRect();
  const points = [0.5, 0.1, 0.9].map((part) => document.elementFromPoint(left + width * part, top + height * part));
  const seen = points.some((point) => point && (drawn.contains(point) || point.contains(drawn) || point === element));
  return seen ? null : 'out of sight';
};
return { hit, problem: problem(), what: element.outerHTML.slice(0, 120) };
