import ArgumentParser

struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Print a script that completes commands in a shell.",
    discussion: """
      It completes runs, sweeps, parameters and metrics out of the store.

        darkroom completions bash > ~/.local/share/bash-completion/completions/darkroom
        darkroom completions zsh > ~/.zfunc/_darkroom            (with fpath+=~/.zfunc in ~/.zshrc)
        darkroom completions fish > ~/.config/fish/completions/darkroom.fish
      """)

  enum Shell: String, CaseIterable, ExpressibleByArgument { case bash, zsh, fish }

  @Argument(help: "The shell.")
  var shell: Shell

  func run() {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    print(Darkroom.completionScript(for: kind))
  }
}
