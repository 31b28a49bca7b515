import { MfaLogin } from '@tweestap/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

/** Returns the logged-in user, or `null` without a session. */
async function loadUser() {
  const response = await fetch('/api/me');
  return response.ok ? response.json() : null;
}

function App() {
  const [user, setUser] = useState();
  useEffect(() => {
    void loadUser().then(setUser);
  }, []);
  if (user === undefined) return null;
  if (user) return <p>Hello {user.username}</p>;
  return (
    <MfaLogin
      organisation="de-linde"
      onMfaStep={({ detail }) => {
        document.title = detail.heading;
      }}
      onMfaSuccess={(event) => {
        event.preventDefault();
        void loadUser().then(setUser);
      }}
    >
      <p slot="footer">An example</p>
    </MfaLogin>
  );
}

createRoot(document.getElementById('app')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
