import 'package:flutter/material.dart';
import 'package:video_player/video_player.dart';

/// Plays a film by the link that the API answered with: no headers, no cookies, on Android, iOS and the web.
class WatchPage extends StatefulWidget {
  const WatchPage({super.key, required this.askForLink});

  /// Asks the API for a link to this film. Links expire: ask when playback starts, and keep none.
  final Future<Uri> Function() askForLink;

  @override
  State<WatchPage> createState() => _WatchPageState();
}

class _WatchPageState extends State<WatchPage> {
  VideoPlayerController? _controller;
  String? _problem;

  @override
  void initState() {
    super.initState();
    _start();
  }

  Future<void> _start() async {
    try {
      final link = await widget.askForLink();
      // Said outright: not every platform looks at the ending of the path.
      final controller = VideoPlayerController.networkUrl(link, formatHint: VideoFormat.hls);
      await controller.initialize();
      if (!mounted) return controller.dispose();
      setState(() => _controller = controller);
      await controller.play();
    } catch (error) {
      if (mounted) setState(() => _problem = 'This film cannot be played now.');
    }
  }

  @override
  void dispose() {
    _controller?.dispose();
    super.dispose();
  }

  @override
  Widget build(BuildContext context) {
    final controller = _controller;
    if (_problem != null) return Center(child: Text(_problem!));
    if (controller == null) return const Center(child: CircularProgressIndicator());
    return AspectRatio(
      aspectRatio: controller.value.aspectRatio,
      child: VideoPlayer(controller),
    );
  }
}
