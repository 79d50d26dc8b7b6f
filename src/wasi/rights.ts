/** Rights of preview1 (witx `rights`): what a descriptor may be used for, which its holder can only give up. */

export const RIGHTS = {
  fd_datasync: 1n << 0n,
  fd_read: 1n << 1n,
  fd_seek: 1n << 2n,
  fd_fdstat_set_flags: 1n << 3n,
  fd_sync: 1n << 4n,
  fd_tell: 1n << 5n,
  fd_write: 1n << 6n,
  fd_advise: 1n << 7n,
  fd_allocate: 1n << 8n,
  path_create_directory: 1n << 9n,
  path_create_file: 1n << 10n,
  path_link_source: 1n << 11n,
  path_link_target: 1n << 12n,
  path_open: 1n << 13n,
  fd_readdir: 1n << 14n,
  path_readlink: 1n << 15n,
  path_rename_source: 1n << 16n,
  path_rename_target: 1n << 17n,
  path_filestat_get: 1n << 18n,
  path_filestat_set_size: 1n << 19n,
  path_filestat_set_times: 1n << 20n,
  fd_filestat_get: 1n << 21n,
  fd_filestat_set_size: 1n << 22n,
  fd_filestat_set_times: 1n << 23n,
  path_symlink: 1n << 24n,
  path_remove_directory: 1n << 25n,
  path_unlink_file: 1n << 26n,
  poll_fd_readwrite: 1n << 27n,
  sock_shutdown: 1n << 28n,
  sock_accept: 1n << 29n,
} as const;
export type Right = keyof typeof RIGHTS;

const of = (...names: readonly Right[]): bigint =>
  names.reduce((bits, name) => bits | RIGHTS[name], 0n);

export const ALL_RIGHTS = (1n << 30n) - 1n;
/** Without seek and tell a character device is a terminal to wasi-libc, which then writes line by line. */
export const STREAM_RIGHTS = ALL_RIGHTS & ~of('fd_seek', 'fd_tell');
/** What makes sense for a directory: neither data nor positions. */
export const DIRECTORY_RIGHTS = of(
  'fd_fdstat_set_flags',
  'fd_sync',
  'fd_datasync',
  'path_create_directory',
  'path_create_file',
  'path_link_source',
  'path_link_target',
  'path_open',
  'fd_readdir',
  'path_readlink',
  'path_rename_source',
  'path_rename_target',
  'path_filestat_get',
  'path_filestat_set_size',
  'path_filestat_set_times',
  'fd_filestat_get',
  'fd_filestat_set_times',
  'path_symlink',
  'path_remove_directory',
  'path_unlink_file',
);

/**
 * The right that a call needs of the descriptor at some place among its arguments. Only what was given up
 * is refused: what a file was opened for its mode tells.
 */
export const needed: {
  readonly [call: string]: readonly (readonly [argument: number, right: Right])[];
} = {
  fd_read: [[0, 'fd_read']],
  fd_pread: [[0, 'fd_read']],
  fd_write: [[0, 'fd_write']],
  fd_pwrite: [[0, 'fd_write']],
  fd_seek: [[0, 'fd_seek']],
  fd_tell: [[0, 'fd_tell']],
  fd_sync: [[0, 'fd_sync']],
  fd_datasync: [[0, 'fd_datasync']],
  fd_advise: [[0, 'fd_advise']],
  fd_allocate: [[0, 'fd_allocate']],
  fd_readdir: [[0, 'fd_readdir']],
  fd_fdstat_set_flags: [[0, 'fd_fdstat_set_flags']],
  fd_filestat_get: [[0, 'fd_filestat_get']],
  fd_filestat_set_size: [[0, 'fd_filestat_set_size']],
  fd_filestat_set_times: [[0, 'fd_filestat_set_times']],
  path_open: [[0, 'path_open']],
  path_create_directory: [[0, 'path_create_directory']],
  path_remove_directory: [[0, 'path_remove_directory']],
  path_unlink_file: [[0, 'path_unlink_file']],
  path_filestat_get: [[0, 'path_filestat_get']],
  path_filestat_set_times: [[0, 'path_filestat_set_times']],
  path_readlink: [[0, 'path_readlink']],
  path_symlink: [[2, 'path_symlink']],
  path_link: [
    [0, 'path_link_source'],
    [4, 'path_link_target'],
  ],
  path_rename: [
    [0, 'path_rename_source'],
    [3, 'path_rename_target'],
  ],
};
