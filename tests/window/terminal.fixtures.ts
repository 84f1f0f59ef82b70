// The terminal's code, which a pane loads when it is first shown. Every test of the window imports this file, because a
// test that ended while the code was loading would fail the run.
import '../../renderer/logs/view/paneView.ts';
import '../../renderer/logs/view/screenTerminal.ts';
