/** Reads the QR code in a picture. @returns its text, or undefined when the picture contains no QR code */
export async function readPicture(picture: Blob): Promise<string | undefined> {
  const [{ default: read }, image] = await Promise.all([import('jsqr'), createImageBitmap(picture)]);
  const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
  if (!context) return undefined;
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
  return read.default(data, width, height)?.data;
}

/** The first picture among pasted or dropped files. */
const pictureIn = (transfer: DataTransfer | null): File | undefined =>
  [...(transfer?.files ?? [])].find(({ type }) => type.startsWith('image/'));

/** Calls `take` for each picture that is pasted or dropped on the page, for example a screenshot of a QR code. */
export function onPicture(take: (picture: File) => void): void {
  const handle = (event: Event, transfer: DataTransfer | null): void => {
    const picture = pictureIn(transfer);
    if (!picture) return;
    event.preventDefault();
    take(picture);
  };
  addEventListener('paste', (event) => handle(event, event.clipboardData));
  addEventListener('drop', (event) => handle(event, event.dataTransfer));
  // By default, the browser would leave the page and open the picture.
  addEventListener('dragover', (event) => event.preventDefault());
}
