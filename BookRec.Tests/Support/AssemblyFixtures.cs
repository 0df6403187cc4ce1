using BookRec.Tests.Support;

[assembly: AssemblyFixture(typeof(TestPostgres))]
