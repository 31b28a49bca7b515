import { headers } from 'next/headers';
import { redirect } from 'next/navigation';

export default async function Page() {
  const user = (await headers()).get('x-user');
  if (!user) redirect('/login?return-to=/private');
  return <p>Hello {decodeURIComponent(user)}</p>;
}
