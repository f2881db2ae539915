/** Node-opcua keeps what it is asked while a link is cut, and answers when it is mended: whoever cannot wait so long says how long. */
export async function within<T>(mostMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer for ${mostMs / 1000} s`)), mostMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
