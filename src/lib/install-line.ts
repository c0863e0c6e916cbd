/** What to type to get ffmpeg and ffprobe on this platform. */
export function installLine(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'brew install ffmpeg';
  if (platform === 'linux') return 'sudo apt-get install -y ffmpeg';
  return 'Install ffmpeg and ffprobe 5.1 or newer';
}
