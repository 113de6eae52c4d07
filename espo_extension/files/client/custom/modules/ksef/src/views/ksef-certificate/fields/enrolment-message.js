/** Why a requested certificate is not there yet, or never will be. */
define('modules/ksef/views/ksef-certificate/fields/enrolment-message', ['modules/ksef/views/fields/coded-message'], Message =>
    class extends Message {
        paramsAttribute = 'enrolmentParams'
    });
