// Said on the console, because the browser writes that into its log, whatever becomes of the page afterwards.
addEventListener('securitypolicyviolation', (event) => {
  const { effectiveDirective, blockedURI, documentURI, sample } = event;
  console.error(`securitypolicyviolation: ${effectiveDirective} ${blockedURI} in ${documentURI} (${sample})`);
});
