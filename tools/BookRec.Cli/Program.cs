using BookRec.Cli;

return await CommandLine.Run(args, CliEnvironment.OfThisProcess());
