/** Of WebAssembly memory, in bytes (WebAssembly, "memory types"). */
export const PAGE = 65_536;
