/** What the phone's camera reads in a picture: the text of the QR code on it, if there is one. */
export async function readPicture(picture: Blob): Promise<string | undefined> {
  const [{ default: read }, image] = await Promise.all([import('jsqr'), createImageBitmap(picture)]);
  const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
  if (!context) return undefined;
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
  return read.default(data, width, height)?.data;
}

/** The picture among what was pasted or dropped. */
const pictureIn = (given: DataTransfer | null): File | undefined =>
  [...(given?.files ?? [])].find(({ type }) => type.startsWith('image/'));

/** Hands over each picture that is pasted or dropped on the page: a screenshot of the set-up, say. */
export function whenPictureComes(take: (picture: File) => void): void {
  const took = (event: Event, given: DataTransfer | null): void => {
    const picture = pictureIn(given);
    if (!picture) return;
    event.preventDefault();
    take(picture);
  };
  addEventListener('paste', (event) => took(event, event.clipboardData));
  addEventListener('drop', (event) => took(event, event.dataTransfer));
  // Without this the browser would open the picture in the page's place.
  addEventListener('dragover', (event) => event.preventDefault());
}
