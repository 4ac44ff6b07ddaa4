// arguments: role, name. Returns visible elements of that role whose accessible name is the given one, or, when there
// is no such one, contains it. A small part of the ARIA rules: enough to find what a screen reader announces.
const [role, name] = arguments;
const kinds = {
  alert: '[role=alert]',
  button: 'button, [role=button], summary, input[type=submit]',
  cell: 'td, [role=cell], [role=gridcell]',
  checkbox: 'input[type=checkbox], [role=checkbox]',
  combobox: 'select, [role=combobox]',
  dialog: 'dialog[open], [role=dialog]',
  group: 'fieldset, [role=group], [role=radiogroup]',
  heading: 'h1, h2, h3, h4, h5, h6',
  link: 'a[href]',
  listitem: 'li, [role=listitem]',
  navigation: 'nav',
  radio: 'input[type=radio], [role=radio]',
  region: 'section, [role=region], article',
  row: 'tr, [role=row]',
  status: '[role=status], output',
  table: 'table, [role=table], [role=grid]',
  textbox: 'input:not([type]), input[type=text], input[type=password], input[type=search], input[type=date], textarea',
};
const words = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const byIds = (ids) => ids.split(/\s+/).map((id) => document.getElementById(id)?.textContent).join(' ');
const nameOf = (element) => {
  const labelled = element.getAttribute('aria-labelledby');
  if (labelled) return words(byIds(labelled));
  const label = element.getAttribute('aria-label');
  if (label) return words(label);
  if (element.labels?.length) return words([...element.labels].map((label) => label.textContent).join(' '));
  if (element.matches('fieldset')) return words(element.querySelector('legend')?.textContent);
  if (element.matches('table')) return words(element.querySelector('caption')?.textContent);
  if (element.matches('input, textarea, select')) return words(element.title || element.placeholder || element.value);
  return words(element.textContent);
};
// Radio buttons and the like may be drawn by their label and be themselves transparent: take part in layout is enough.
const visible = (element) => element.checkVisibility({ visibilityProperty: true });
const found = [...document.querySelectorAll(kinds[role] ?? `[role=${role}]`)].filter(visible);
const wanted = words(name);
const exact = found.filter((element) => nameOf(element) === wanted);
return exact.length ? exact : found.filter((element) => nameOf(element).includes(wanted));
