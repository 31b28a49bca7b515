/** React 18 and 19 with the components, made by `bundle-react.ts`. */
declare module 'react-bundle-18' {
  export * from 'react-bundle-19';
}

declare module 'react-bundle-19' {
  export { MfaLogin } from '@tweestap/react';
  export { createElement, createRef, StrictMode, version } from 'react';
  export { flushSync } from 'react-dom';
  export { createRoot, hydrateRoot } from 'react-dom/client';
  export { renderToString } from 'react-dom/server';
}
