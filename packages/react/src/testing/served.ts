/** Content of the server in a test: what `renderLoginContent` would return. */
export const serverContent =
  '<template shadowrootmode="open"><h2>Log in</h2><slot name="mfa-username"></slot></template><form data-mfa="form" id="mfa-0" hidden=""></form><input data-mfa="username" form="mfa-0" name="username" slot="mfa-username">';

/** The HTML that React 18 and 19 make of the components on a server, by the props of the test. */
export const served = {
  plain: `<mfa-login lang="en" api="/mfa/v1" organisation="de-linde" return-to="/dossier" resume="">${serverContent}</mfa-login>`,
  withLogo: '<mfa-login organisation="de-linde" defer-hydration=""><b slot="logo">De Linde</b></mfa-login>',
} as const;
