using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Interfaces.Training;
using BookRec.Hosting;

namespace BookRec.WebApi.Hosting;

/// <summary>The grains as this front sees them: which key reaches whom, said once.</summary>
public sealed class Cluster(IGrainFactory grains)
{
    /// <summary>The key of the grains of which there is one.</summary>
    private const long Single = 0;

    private const int MostReaders = 100_000;

    /// <summary>To find out which grain an interface means takes reflection, and longer than the way to a grain in this process.</summary>
    private readonly Remembered<Guid, IUserGrain> _users = new(MostReaders);

    public ICatalogGrain Catalog => grains.GetGrain<ICatalogGrain>(Single);

    public IModelRegistryGrain Models => grains.GetGrain<IModelRegistryGrain>(Single);

    public ITrainingGrain Training => grains.GetGrain<ITrainingGrain>(Single);

    public IAccountsGrain Accounts => grains.GetGrain<IAccountsGrain>(Single);

    public IBookGrain Book(long id) => grains.GetGrain<IBookGrain>(id);

    public IUserGrain User(Guid id) => _users.FindOrMake(id, reader => grains.GetGrain<IUserGrain>(reader));

    /// <param name="email">Normalised.</param>
    public IAccountGrain Account(string email) => grains.GetGrain<IAccountGrain>(email);

    public IAccessGrain Access(Guid account) => grains.GetGrain<IAccessGrain>(account);

    public ISessionGrain Session(Guid family) => grains.GetGrain<ISessionGrain>(family);

    public IImportGrain Import(Guid id) => grains.GetGrain<IImportGrain>(id);
}
