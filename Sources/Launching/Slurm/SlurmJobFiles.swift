import Experiments
import Files
import Foundation

/// The files of a job: `jobs/NAME/` in the store's folder, with what `sbatch` gets, and what each task leaves.
struct SlurmJobFiles {
  let name: String
  private let artifacts: URL

  init(name: String, artifacts: URL) {
    self.name = name
    self.artifacts = artifacts.absoluteURL
  }

  private var folder: URL { artifacts.appending(path: "jobs/\(name)", directoryHint: .isDirectory) }
  var script: URL { folder.appending(path: "script.sh") }
  /// A task a line: its index, and its stage.
  private var tasks: URL { folder.appending(path: "tasks") }

  /// What the task and its trainer say.
  func log(_ index: Int) -> URL { folder.appending(path: "\(index).log") }
  /// The trainer's exit status, once the task has ended by itself.
  func end(_ index: Int) -> URL { folder.appending(path: "\(index).end") }
  /// The trainer's last word of progress.
  func progress(_ index: Int) -> URL { folder.appending(path: "\(index).progress") }

  func write(_ array: SlurmArray, trainer: URL, setup: String?) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let lines = array.members.map { "\($0.index) \($0.stage.hash)\n" }.joined()
    try DurableFile.write(Data(lines.utf8), to: tasks)
    try DurableFile.write(Data(text(trainer: trainer, setup: setup).utf8), to: script)
  }

  /// A signal that Slurm sends before a task's time is up (USR1) stops the trainer, which saves its state, and puts the
  /// task into the queue again. One that Slurm sends to end or to move it (TERM) stops the trainer too; whether the task
  /// is queued again is then Slurm's affair.
  private func text(trainer: URL, setup: String?) -> String {
    """
    #!/bin/bash
    # Written by Darkroom: executes one stage as a task of a job array.
    task=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
    folder=\(quoted(folder))
    rm -f "$folder/$SLURM_ARRAY_TASK_ID.end"
    trainer=
    signalled=
    stop() { signalled=1; [[ -z $trainer ]] || kill -TERM "$trainer" 2> /dev/null; }
    trap 'again=1; stop' USR1
    trap stop TERM
    \(setup ?? "")
    stage=$(sed -n "s/^$SLURM_ARRAY_TASK_ID //p" \(quoted(tasks)))
    \(quoted(trainer)) execute --folder \(quoted(artifacts)) --attempt "$task-${SLURM_RESTART_COUNT:-0}" --job "$task" \\
      --log "$folder/$SLURM_ARRAY_TASK_ID.log" --progress "$folder/$SLURM_ARRAY_TASK_ID.progress" "$stage" &
    trainer=$!
    [[ -z $signalled ]] || kill -TERM "$trainer"
    # A signal cuts `wait` short, with a status that isn't the trainer's.
    status=127
    while signalled=; do
      wait "$trainer"
      code=$?
      ((code == 127 || code < 0)) || status=$code
      [[ -n $signalled ]] || break
    done
    if [[ -n $again && $status != 0 ]]; then
      if scontrol requeue "$task"; then
        sleep 60
      fi
      status=$((128 + 10))
    fi
    echo "$status" > "$folder/$SLURM_ARRAY_TASK_ID.end.new"
    mv "$folder/$SLURM_ARRAY_TASK_ID.end.new" "$folder/$SLURM_ARRAY_TASK_ID.end"
    exit "$status"

    """
  }

  /// What `sbatch` is called with.
  func arguments(
    _ array: SlurmArray, _ settings: SlurmSettings, atOnce: Int?
  ) -> [String] {
    let threads = array.members.compactMap { $0.stage.parameters["training.threads"]?.number }.max() ?? 1
    var arguments = [
      "--job-name=\(name)", "--array=\(array.indices)" + (atOnce.map { "%\($0)" } ?? ""),
      // Of a path, a percent sign is a placeholder to Slurm.
      "--output=\(folder.path.replacing("%", with: "%%"))/%a.log", "--open-mode=append", "--requeue",
      "--kill-on-invalid-dep=yes", "--signal=B:USR1@\(settings.graceSeconds)", "--nodes=1", "--ntasks=1",
      "--cpus-per-task=\(settings.cpus ?? Int(threads))",
    ]
    func add(_ option: String, _ value: String?) {
      if let value { arguments.append("--\(option)=\(value)") }
    }
    add("partition", settings.partition)
    add("account", settings.account)
    add("qos", settings.qos)
    add("constraint", settings.constraint)
    add("time", settings.time)
    add("gpus", settings.gpus.map(String.init))
    add("mem", settings.memory)
    add("dependency", array.dependency)
    return arguments + [script.path]
  }

  // MARK: What tasks left

  /// The trainer's exit status; nil where the task did not end by itself.
  func status(_ index: Int) -> Int? {
    (try? String(contentsOf: end(index), encoding: .utf8)).flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  func lastWord(_ index: Int) -> String? {
    guard let text = try? String(contentsOf: progress(index), encoding: .utf8), text.hasSuffix("\n") else { return nil }
    return String(text.dropLast())
  }

  /// Of the log.
  func lastLines(_ index: Int) -> [String] {
    guard let file = try? FileHandle(forReadingFrom: log(index)), let size = try? file.seekToEnd() else { return [] }
    defer { try? file.close() }
    try? file.seek(toOffset: size - min(size, 16_384))
    let text = (try? file.readToEnd()).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return text.split(separator: "\n").suffix(20).map(String.init)
  }

  func remove() {
    try? FileManager.default.removeItem(at: folder)
  }

  private func quoted(_ url: URL) -> String {
    "'" + url.path.replacing("'", with: "'\\''") + "'"
  }
}
