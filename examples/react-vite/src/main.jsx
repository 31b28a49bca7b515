import { MfaLogin } from '@tweestap/react';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

function App() {
  const [username, setUsername] = useState();
  if (username) return <p>Hello {username}</p>;
  return (
    <MfaLogin
      organisation="de-linde"
      onMfaStep={({ detail }) => {
        document.title = detail.heading;
      }}
      onMfaSuccess={(event) => {
        event.preventDefault();
        setUsername(event.detail.user.username);
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
