/**
 * The toolkit's foundation (FAST) tries out `:focus-visible` with a `<style>` element as soon as it is loaded. Under a strict CSP that
 * takes the page's nonce, which FAST looks for in a `<meta property="csp-nonce">`; so import this first.
 */
const nonce = document.currentScript?.nonce;
if (nonce) {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
}
