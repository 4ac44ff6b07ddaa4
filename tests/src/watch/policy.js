// Kept in sessionStorage, because a violation may be followed by a navigation.
addEventListener('securitypolicyviolation', (event) => {
  try {
    const found = JSON.parse(sessionStorage.getItem('e2e-policy') ?? '[]');
    found.push(`${event.effectiveDirective} ${event.blockedURI} in ${event.documentURI} (${event.sample})`);
    sessionStorage.setItem('e2e-policy', JSON.stringify(found));
  } catch {
    // about:blank has no storage, and no policy.
  }
});
