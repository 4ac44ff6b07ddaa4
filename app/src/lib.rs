//! The web app of Chuẩn TCPL: the offline app in the browser (feature csr) and the public pages (feature ssr).
