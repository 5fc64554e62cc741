import Experiments
import Foundation
import RunStore
import Testing

@testable import Launching

@Suite(.enabled(if: SlurmCluster.isAvailable, SlurmCluster.hint), .timeLimit(.minutes(2))) struct `Through Slurm` {
  private let workshop: Workshop
  private let store: RunStore

  init() throws {
    workshop = try Workshop()
    store = try workshop.store()
  }

  private static let block = "slurm: {poll_seconds: 0.3}"

  private func client() async throws -> SlurmClient {
    try SlurmClient(environment: try await SlurmCluster.shared.environment())
  }

  private func slurm(_ program: String, _ arguments: String...) async throws -> [String] {
    try await SlurmCluster.shared.ask(program, arguments)
  }

  private func launch(
    _ plan: Plan, trainer: URL, client: SlurmClient? = nil, progress: Collected = Collected(), again: Bool = false,
    interruptions: AsyncStream<Void> = Interruptions.none
  ) async throws -> LaunchOutcome {
    let own = try await self.client()
    return try await Launcher(
      store: store, plan: plan, slurm: SlurmSite(client ?? own), trainer: trainer, progress: progress
    ).run(again: again, interruptions: interruptions)
  }

  /// The sizes of the jobs that were submitted.
  private func submitted(_ progress: Collected) -> [Int] {
    progress.events.compactMap { if case .submitted(let stages, _) = $0 { stages.count } else { nil } }
  }

  /// Once Slurm has given it a number: it may begin before that is written down.
  private func task(of stage: Stage) async throws -> String {
    while true {
      let task = try #require(try store.slurmTasks(ofStages: [stage.hash])[stage.hash])
      if let job = task.job { return "\(job)_\(task.index)" }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  @Test func `more tasks than an array may have become several jobs`() async throws {
    let plan = try workshop.plan(
      "name: q\n\(Self.block)\nsweep: {parameters: {model.dropout: {values: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]}}}")
    let progress = Collected()
    let outcome = try await launch(plan, trainer: workshop.trainer(), progress: progress)
    #expect(outcome.executed == 15)
    #expect(submitted(progress) == [1, 5, 2, 5, 2])
  }

  @Test func `a task whose time is nearly up saves its state, and is queued again`() async throws {
    let plan = try workshop.plan("name: q\n\(Self.block)")
    let training = plan.stages[1]
    let progress = Collected()
    let trainer = try workshop.trainer(["FAKE_FAULT": "slow once", "FAKE_TARGET": "train"])
    async let outcome = launch(plan, trainer: trainer, progress: progress)
    func wait(_ isThere: @Sendable (LaunchEvent) -> Bool) async throws {
      while !progress.events.contains(where: isThere) { try await Task.sleep(for: .milliseconds(50)) }
    }
    try await workshop.wait(for: "ready", count: 2)
    try await wait { if case .started(training) = $0 { true } else { false } }
    let task = try await task(of: training)
    _ = try await slurm("scancel", "--signal=USR1", "--batch", task)
    try await workshop.wait(for: "stopped")
    try await wait { if case .requeued(training) = $0 { true } else { false } }
    // Slurm itself waits for minutes before it begins again. Were it begun before the end of its script is told, Slurm
    // would take that for the end of what it has begun.
    let known = try #require(try store.slurmTasks(ofStages: [training.hash])[training.hash])
    let files = SlurmJobFiles(name: known.name, artifacts: store.artifacts)
    while files.status(known.index) == nil { try await Task.sleep(for: .milliseconds(20)) }
    try await Task.sleep(for: .seconds(1))
    _ = try await slurm("scontrol", "update", "JobId=\(task)", "StartTime=now")
    let ended = try await outcome
    let attempts = try store.attempts(of: training.hash)
    #expect(ended.executed == 3, "\(ended.failures.map(\.message))")
    #expect(submitted(progress) == [1, 1, 1])
    #expect(attempts.map(\.status) == [.killed, .finished], "\(attempts.map(\.message))")
    let environment = try store.environment(ofRun: plan.runs[0].id)
    #expect(environment["slurm.job.train"] == .string(task))
    guard case .string(let log)? = environment["slurm.log.train"] else {
      Issue.record("no log")
      return
    }
    #expect(try String(contentsOfFile: log, encoding: .utf8).contains("DUE TO JOB REQUEUE"))
  }

  @Test func `tasks go on without the launch, and another follows them`() async throws {
    let plan = try workshop.plan("name: q\n\(Self.block)")
    let gate = workshop.folder.appending(path: "gate").path
    let trainer = try workshop.trainer(["FAKE_GATE": gate, "FAKE_TARGET": "train"])
    let (interruptions, interrupt) = AsyncStream<Void>.makeStream()
    let first = Collected()
    async let left = launch(plan, trainer: trainer, progress: first, interruptions: interruptions)
    try await workshop.wait(for: "ready", count: 2)
    while submitted(first).count < 3 { try await Task.sleep(for: .milliseconds(20)) }
    interrupt.yield()
    #expect(try await left.exitStatus == 130)
    #expect(try await left.goingOn == 2)
    #expect(first.events.contains { if case .leaving(tasks: 2) = $0 { true } else { false } })
    try Data().write(to: URL(filePath: gate))
    let second = Collected()
    let outcome = try await launch(plan, trainer: trainer, progress: second)
    #expect(outcome.exitStatus == 0)
    #expect(submitted(second) == [])
    #expect(workshop.logged("started").count == 3)
  }

  @Test func `a second Ctrl-C cancels the tasks`() async throws {
    let plan = try workshop.plan("name: q\n\(Self.block)")
    let trainer = try workshop.trainer(["FAKE_FAULT": "polite", "FAKE_TARGET": "train", "FAKE_SECONDS": "60"])
    let (interruptions, interrupt) = AsyncStream<Void>.makeStream()
    async let cancelled = launch(plan, trainer: trainer, interruptions: interruptions)
    try await workshop.wait(for: "ready", count: 2)
    let task = try await task(of: plan.stages[1])
    interrupt.yield()
    interrupt.yield()
    let outcome = try await cancelled
    #expect(outcome.exitStatus == 130)
    #expect(outcome.goingOn == 0)
    #expect(outcome.executed == 1)
    let progress = try store.progress(ofStages: plan.stages.map(\.hash))
    #expect(plan.stages.map { progress[$0.hash]?.status } == [.finished, .killed, .scheduled])
    #expect(try await slurm("squeue", "--noheader", "--jobs=\(task)").isEmpty)
  }

  @Test func `a launch that was killed is taken up without doing anything twice`() async throws {
    let text = "\(sweepText)\n\(Self.block)"
    let trainer = try workshop.trainer(["FAKE_SECONDS": "1", "FAKE_TARGET": "train"])
    let process = try LauncherProcess(
      workshop, text, trainer: trainer, place: "slurm", environment: try await SlurmCluster.shared.environment())
    try await workshop.wait(for: "started", count: 2)
    process.signal(SIGKILL)
    let progress = Collected()
    let outcome = try await launch(workshop.plan(text), trainer: trainer, progress: progress)
    #expect(outcome.exitStatus == 0)
    #expect(workshop.logged("started").count == 7)
    #expect(submitted(progress) == [])
  }

  @Test func `a job is found whose number the launch had no time to write down`() async throws {
    let plan = try workshop.plan("name: q\n\(Self.block)")
    let trainer = try workshop.trainer(["FAKE_SECONDS": "1"])
    try store.register(plan)
    let array = SlurmArray(kind: .prepare, members: [(0, plan.stages[0])], needs: [], counterpart: nil)
    let files = SlurmJobFiles(name: "darkroom-prepare-\(UUID())", artifacts: store.artifacts)
    try files.write(array, trainer: trainer, setup: nil)
    try store.writeOrders(for: [plan.stages[0].hash]) { _ in true }
    try store.announce([SlurmTask(stage: plan.stages[0].hash, name: files.name, index: 0, attempts: 0)])
    _ = try await client().submit(files.arguments(array, plan.experiment.slurm, atOnce: nil))
    let progress = Collected()
    let outcome = try await launch(plan, trainer: trainer, progress: progress)
    #expect(outcome.exitStatus == 0)
    #expect(submitted(progress) == [1, 1])
    #expect(workshop.logged("started").count == 3)
  }

  @Test func `a user who may have one task at a time has one`() async throws {
    let client = try await workshop.slurm([
      "sbatch": """
      ids=$(paste -sd, "$0.ids" 2> /dev/null)
      case "$*" in *--array=*[-,]*" --output"*) refused=1;; esac
      [ -z "$ids" ] || [ -z "$(squeue --noheader --jobs="$ids" 2> /dev/null)" ] || refused=1
      if [ -n "$refused" ]; then
        echo "sbatch: error: AssocMaxSubmitJobLimit" >&2
        echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, \
      user's size and/or time limits)" >&2
        exit 1
      fi
      job=$("$real" "$@") && echo "$job" >> "$0.ids" && echo "$job"
      """
    ])
    let plan = try workshop.plan(
      "name: q\n\(Self.block)\nsweep: {parameters: {model.dropout: {values: [0, 0.1]}}}")
    let progress = Collected()
    let outcome = try await launch(plan, trainer: workshop.trainer(), client: client, progress: progress)
    #expect(outcome.executed == 5)
    #expect(submitted(progress) == [1, 1, 1, 1, 1])
  }

  @Test func `what ended while nobody followed is over, and done again only where that is asked for`() async throws {
    let plan = try workshop.plan("name: q\n\(Self.block)")
    try store.register(plan)
    for stage in plan.stages {
      try store.announce([SlurmTask(stage: stage.hash, name: "gone", job: 999_999, index: 0, attempts: 0)])
      try store.writeOrders(for: [stage.hash]) { _ in true }
      try DetachedStore(artifacts: store.artifacts, stage: stage.hash, attempt: "999999_0-0")
        .begin(stage: stage.hash, environment: [:]).finish()
    }
    try store.takeInRecords()
    #expect(try await launch(plan, trainer: workshop.trainer()).executed == 0)
    #expect(
      !FileManager.default.fileExists(
        atPath: store.artifacts.appending(path: "orders/\(plan.stages[0].hash).json").path))
    #expect(try await launch(plan, trainer: workshop.trainer(), again: true).executed == 3)
    #expect(workshop.logged("started").count == 3)
  }

  @Test func `a launch on this machine does what Slurm no longer has`() async throws {
    let plan = try workshop.plan("name: q\n\(Self.block)\nsweep: {parameters: {model.dropout: {values: [0, 0.1]}}}")
    try store.register(plan)
    let name = "darkroom-\(UUID())"
    let job = try await slurm("sbatch", "--parsable", "--hold", "--job-name=\(name)", "--array=0-1", "--wrap=true")
    let number = try #require(Int(job[0]))
    let trainings = plan.stages.filter { $0.kind == .train }
    for (index, stage) in (trainings + [plan.stages[0]]).enumerated() {
      let number = index == 1 ? nil : number
      try store.announce([SlurmTask(stage: stage.hash, name: name, job: number, index: index, attempts: 0)])
    }
    _ = try await slurm("scancel", "\(number)_0")
    try await client().closeEndedTasks(of: plan, in: store)
    #expect(try store.stagesWithSlurm() == [trainings[1].hash])
    _ = try await slurm("scancel", "\(number)")
    try await client().closeEndedTasks(of: plan, in: store)
    #expect(try store.stagesWithSlurm() == [])
  }

  @Test func `an unknown partition is told of in Slurm's words`() async throws {
    let plan = try workshop.plan("name: q\nslurm: {partition: nowhere}")
    let error = await #expect(throws: InputError.self) { try await launch(plan, trainer: workshop.trainer()) }
    #expect(
      error?.message.hasPrefix("Slurm refuses the job: sbatch: error: invalid partition specified: nowhere") == true)
    #expect(try store.slurmTasks(ofStages: plan.stages.map(\.hash)).isEmpty)
  }

  @Test func `a search tries what it tries on this machine, though it is left on the way`() async throws {
    let text = """
      name: q
      \(Self.block)
      training: {epochs: 2}
      sweep:
        method: tpe
        metric: {name: validation.mse}
        run_cap: 4
        parameters: {training.learning_rate: {distribution: log_uniform_values, min: 1e-6, max: 1}}
        early_terminate: {type: hyperband, min_iter: 1, eta: 2}
      """
    func launch(
      in workshop: Workshop, site: SlurmSite?, progress: Collected = Collected(),
      interruptions: AsyncStream<Void> = Interruptions.none
    ) async throws -> LaunchOutcome {
      let file = workshop.folder.appending(path: "search.yaml")
      try Data(text.utf8).write(to: file)
      let store = try workshop.store()
      let search = try #require(
        try TrialSearch(Planner(Experiment.load(file: file.path), store: store), in: store))
      return try await Launcher(
        store: store, plan: search.plan, search: search, slurm: site, trainer: workshop.trainer(), progress: progress
      ).run(interruptions: interruptions)
    }
    func table(_ store: RunStore) throws -> [String] {
      try store.members(ofSweep: "q").map { member in
        let run = try store.summary(ofRun: member.run)
        return "\(run.name) \(run.status) \(member.epochs) \(run.metrics["validation.mse"]?.last ?? .nan)"
      }
    }
    let here = try Workshop()
    #expect(try await launch(in: here, site: nil).exitStatus == 0)

    let site = SlurmSite(try await client(), tasksAtOnce: 1)
    let (interruptions, interrupt) = AsyncStream<Void>.makeStream()
    let progress = Collected()
    async let left = launch(in: workshop, site: site, progress: progress, interruptions: interruptions)
    while submitted(progress).count < 5 { try await Task.sleep(for: .milliseconds(20)) }
    interrupt.yield()
    #expect(try await left.exitStatus == 130)
    #expect(try await launch(in: workshop, site: site).exitStatus == 0)
    #expect(try table(store) == table(here.store()))
    #expect(try store.members(ofSweep: "q").count == 4)
    #expect(Set(workshop.logged("started").map(\.hash)).count == workshop.logged("started").count)
  }

  @Test func `a real sweep comes to the table that it comes to on this machine`() async throws {
    let file = workshop.folder.appending(path: "tiny.yaml")
    try Data(
      """
      name: tiny
      data: {count: 60, size: 16}
      model: {widths: [8], norm_groups: 4, layers_per_block: 1}
      training: {epochs: 1, batch_size: 32, threads: 1}
      diffusion: {timesteps: 20}
      sampling: {grid: {rows: 1}}
      \(Self.block)
      sweep: {parameters: {sampling.steps: {values: [2, 4]}}}
      """.utf8
    ).write(to: file)
    let environment = try await SlurmCluster.shared.environment()
    func darkroom(_ arguments: String...) throws -> String {
      let process = Process()
      let output = Foundation.Pipe()
      process.executableURL = programs.appending(path: "darkroom")
      process.arguments = arguments
      process.environment = environment
      process.currentDirectoryURL = workshop.folder
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let data = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      return String(decoding: data, as: UTF8.self)
    }
    _ = try darkroom("sweep", file.path, "--db", "slurm.db", "--launcher", "slurm")
    _ = try darkroom("sweep", file.path, "--db", "local.db")
    let tables = try ["slurm.db", "local.db"].map { store in
      let text = try darkroom(
        "compare", "--db", store, "--sweep", "tiny", "--by", "sampling.steps", "--metric",
        "validation.mse,train.l1", "--format", "csv")
      let rows = text.split(whereSeparator: \.isNewline).map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      // How long a training takes is the only thing that may differ.
      let seconds = try #require(rows.first?.firstIndex(of: "training_seconds"))
      return rows.map { $0.enumerated().filter { $0.offset != seconds }.map(\.element) }
    }
    #expect(tables[0] == tables[1])
    #expect(tables[0].count == 3)
  }
}

@Suite struct `The slurm block` {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop()
  }

  @Test func `belongs to no identity`() throws {
    let block = """
      slurm:
        partition: gpu
        account: lab
        qos: normal
        constraint: a100&nvlink
        time: 1-12:00:00
        cpus: 8
        gpus: 1
        memory: 32G
        setup: |
          module load cuda
          ulimit -c 0
        grace_seconds: 60
        poll_seconds: 10
      """
    let plan = try workshop.plan("name: q\n\(block)")
    #expect(try plan.runs.map(\.id) == workshop.plan("name: q").runs.map(\.id))
    let array = SlurmArray(kind: .train, members: [(0, plan.stages[1])], needs: [], counterpart: nil)
    let files = SlurmJobFiles(name: "n", artifacts: URL(filePath: "/a b/50%"))
    #expect(
      files.arguments(array, plan.experiment.slurm, atOnce: 4) == [
        "--job-name=n", "--array=0%4", "--output=/a b/50%%/jobs/n/%a.log", "--open-mode=append", "--requeue",
        "--kill-on-invalid-dep=yes", "--signal=B:USR1@60", "--nodes=1", "--ntasks=1", "--cpus-per-task=8",
        "--partition=gpu", "--account=lab", "--qos=normal", "--constraint=a100&nvlink", "--time=1-12:00:00",
        "--gpus=1", "--mem=32G", "/a b/50%/jobs/n/script.sh",
      ])
    #expect(plan.experiment.slurm.setup == "module load cuda\nulimit -c 0")
  }

  static let mistakes = [
    ("slurm: {partitoin: gpu}", "2:9: unknown key 'partitoin' in slurm. Did you mean 'partition'?"),
    ("slrm: {}", "2:1: unknown key 'slrm'. Did you mean 'slurm'?"),
    ("slurm: {time: a day}", "2:15: slurm.time must be minutes, or like 2:30:00 or 1-12:00:00, not 'a day'"),
    ("slurm: {memory: 8 GB}", "2:17: slurm.memory must be a number with K, M, G or T, like 8G, not '8 GB'"),
    ("slurm: {cpus: 0}", "2:15: slurm.cpus must be an integer from 1 to 65536, not '0'. Did you mean '1'?"),
    ("slurm: 3", "2:8: slurm must be a block, not '3'"),
  ]

  @Test(arguments: mistakes) func `explains its mistakes`(block: String, message: String) throws {
    let error = #expect(throws: InputError.self) { try workshop.plan("name: q\n\(block)") }
    #expect(error?.description.hasSuffix(message) == true, "\(error?.description ?? "")")
  }

  @Test func `is of no use without Slurm`() {
    let error = #expect(throws: InputError.self) { try SlurmClient(environment: ["PATH": "/nowhere"]) }
    #expect(error?.message.hasPrefix("there is no sbatch on the PATH") == true)
  }
}
