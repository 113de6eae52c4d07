/** Why a certificate could not be renewed at the last attempt. */
define('modules/ksef/views/ksef-certificate/fields/renewal-message', ['modules/ksef/views/fields/coded-message'], Message =>
    class extends Message {
        paramsAttribute = 'renewalParams'
    });
