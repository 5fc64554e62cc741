extension Schema {
  /// The `slurm:` block.
  static var slurm: Value {
    let defaults = SlurmSettings()
    return [
      "type": ["object", "null"], "additionalProperties": false,
      "description": "What Slurm is asked for with --launcher slurm; it changes no result.",
      "properties": [
        "partition": text("Where jobs are queued."),
        "account": text("What jobs are charged to."),
        "qos": text("The quality of service that is asked for."),
        "constraint": text("Features that a node must have, as sbatch takes them."),
        "time": [
          "type": ["string", "integer", "null"],
          "description": "A task's time limit: minutes, or like 2:30:00 or 1-12:00:00.",
        ],
        "cpus": count(from: 1, "A task's processors; null: as many as training.threads."),
        "gpus": count(from: 0, "A task's GPUs."),
        "memory": [
          "type": ["string", "integer", "null"], "description": "A task's memory, such as 8G; without a unit in MB.",
        ],
        "setup": text("Lines of shell that a task executes first."),
        "grace_seconds": [
          "type": "integer", "minimum": 1, "default": .int(defaults.graceSeconds),
          "description": "So long before its time is up a task saves its state and asks to be queued again.",
        ],
        "poll_seconds": [
          "type": "number", "exclusiveMinimum": 0, "default": .double(defaults.pollSeconds),
          "description": "How often Slurm is asked how jobs stand.",
        ],
      ],
    ]
  }

  private static func text(_ description: String) -> Value {
    ["type": ["string", "null"], "description": .string(description)]
  }

  private static func count(from least: Int, _ description: String) -> Value {
    ["type": ["integer", "null"], "minimum": .int(least), "description": .string(description)]
  }
}
