using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace BookRec.Hosting.Auth;

/// <summary>
/// ASP.NET Core's authentication brings keys for cookies along and writes them into the home directory. No cookie here needs them (the one of the dashboard holds a signed token), so
/// the keys live and die with the process.
/// </summary>
internal static class NoDataProtection
{
    public static void AddNoDataProtection(this IServiceCollection services)
        => services.Configure<KeyManagementOptions>(options =>
        {
            options.XmlRepository = new Forgetful();
            options.XmlEncryptor = new NullXmlEncryptor();
        });

    private sealed class Forgetful : IXmlRepository
    {
        private readonly List<XElement> _elements = [];

        public IReadOnlyCollection<XElement> GetAllElements()
        {
            lock (_elements)
                return [.. _elements];
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            lock (_elements)
                _elements.Add(element);
        }
    }
}
