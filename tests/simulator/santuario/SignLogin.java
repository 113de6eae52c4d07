import java.io.File;
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.xml.security.Init;
import org.apache.xml.security.c14n.Canonicalizer;
import org.apache.xml.security.keys.content.X509Data;
import org.apache.xml.security.signature.ObjectContainer;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.transforms.Transforms;
import org.apache.xml.security.utils.ElementProxy;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Signs a file by Apache Santuario: XAdES with SigningCertificate (V1), the whole chain in KeyInfo.
 *
 * <p>Arguments: the file, the file to write, the form (as signing_programs.py names it), the private
 * key (PKCS #8, PEM), its certificate and those above it (PEM).
 */
public final class SignLogin {
    private static final String DS = "http://www.w3.org/2000/09/xmldsig#";
    private static final String XADES = "http://uri.etsi.org/01903/v1.3.2#";
    private static final String SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";
    private static final String C14N = Canonicalizer.ALGO_ID_C14N_EXCL_OMIT_COMMENTS;

    public static void main(String[] arguments) throws Exception {
        Init.init();
        ElementProxy.setDefaultPrefix(DS, "dsig");
        byte[] content = Files.readAllBytes(Path.of(arguments[0]));
        List<X509Certificate> chain = new ArrayList<>();
        for (int place = 4; place < arguments.length; place++) {
            try (FileInputStream file = new FileInputStream(arguments[place])) {
                chain.add((X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(file));
            }
        }
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document given = factory.newDocumentBuilder().parse(new File(arguments[0]));
        boolean enveloped = arguments[2].equals("enveloped");
        Document document = enveloped ? given : factory.newDocumentBuilder().newDocument();

        String algorithm = chain.get(0).getPublicKey().getAlgorithm();
        XMLSignature signature = new XMLSignature(
                document,
                "",
                algorithm.equals("RSA")
                        ? XMLSignature.ALGO_ID_SIGNATURE_RSA_SHA256
                        : XMLSignature.ALGO_ID_SIGNATURE_ECDSA_SHA256,
                C14N);
        signature.setId("signature");
        (enveloped ? document.getDocumentElement() : document).appendChild(signature.getElement());

        Transforms transforms = new Transforms(document);
        if (enveloped) {
            transforms.addTransform(Transforms.TRANSFORM_ENVELOPED_SIGNATURE);
            transforms.addTransform(C14N);
        } else {
            ObjectContainer container = new ObjectContainer(document);
            container.setId("document");
            if (arguments[2].equals("enveloping")) {
                container.appendChild(document.importNode(given.getDocumentElement(), true));
                transforms.addTransform(C14N);
            } else {
                container.setEncoding(DS + "base64");
                String encoded = Base64.getMimeEncoder().encodeToString(content);
                container.appendChild(document.createTextNode(encoded));
                transforms.addTransform(Transforms.TRANSFORM_BASE64_DECODE);
            }
            signature.appendObject(container);
        }
        signature.addDocument(enveloped ? "" : "#document", transforms, SHA256, "reference", null);

        ObjectContainer container = new ObjectContainer(document);
        container.appendChild(qualifyingProperties(document, chain.get(0)));
        signature.appendObject(container);
        Transforms canonical = new Transforms(document);
        canonical.addTransform(C14N);
        String type = "http://uri.etsi.org/01903#SignedProperties";
        signature.addDocument("#properties", canonical, SHA256, null, type);

        X509Data certificates = new X509Data(document);
        for (X509Certificate certificate : chain) {
            certificates.addCertificate(certificate);
        }
        signature.getKeyInfo().add(certificates);
        signature.sign(key(Path.of(arguments[3]), algorithm));
        TransformerFactory.newInstance()
                .newTransformer()
                .transform(new DOMSource(document), new StreamResult(new File(arguments[1])));
    }

    private static Element qualifyingProperties(Document document, X509Certificate certificate)
            throws Exception {
        Element qualifying = document.createElementNS(XADES, "etsi:QualifyingProperties");
        qualifying.setAttributeNS("http://www.w3.org/2000/xmlns/", "xmlns:etsi", XADES);
        qualifying.setAttribute("Target", "#signature");
        Element properties = child(qualifying, XADES, "etsi:SignedProperties");
        properties.setAttribute("Id", "properties");
        properties.setIdAttribute("Id", true);
        Element signed = child(properties, XADES, "etsi:SignedSignatureProperties");
        child(signed, XADES, "etsi:SigningTime").setTextContent(Instant.now().toString());
        Element named = child(child(signed, XADES, "etsi:SigningCertificate"), XADES, "etsi:Cert");
        Element digest = child(named, XADES, "etsi:CertDigest");
        child(digest, DS, "dsig:DigestMethod").setAttribute("Algorithm", SHA256);
        byte[] octets = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        child(digest, DS, "dsig:DigestValue")
                .setTextContent(Base64.getEncoder().encodeToString(octets));
        Element issuer = child(named, XADES, "etsi:IssuerSerial");
        child(issuer, DS, "dsig:X509IssuerName")
                .setTextContent(certificate.getIssuerX500Principal().getName());
        child(issuer, DS, "dsig:X509SerialNumber")
                .setTextContent(certificate.getSerialNumber().toString());
        return qualifying;
    }

    private static Element child(Element parent, String namespace, String name) {
        Element child = parent.getOwnerDocument().createElementNS(namespace, name);
        parent.appendChild(child);
        return child;
    }

    private static PrivateKey key(Path file, String algorithm) throws Exception {
        String encoded = Files.readString(file).replaceAll("-----[^-]*-----|\\s", "");
        byte[] octets = Base64.getDecoder().decode(encoded);
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(octets));
    }
}
