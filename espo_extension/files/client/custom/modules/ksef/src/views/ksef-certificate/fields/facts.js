define('modules/ksef/views/ksef-certificate/fields/facts', [
    'views/fields/base',
    'modules/ksef/certificate/days-left',
    'modules/ksef/certificate/facts',
], (Base, daysLeft, certificateFacts) => class extends Base {
    detailTemplateContent = '{{#if value}}{{value}}{{else}}<span class="none-value">{{translate \'None\'}}</span>{{/if}}'
    listTemplateContent = '{{value}}'

    getAttributeList() {
        return certificateFacts.attributes;
    }

    getValueForDisplay() {
        const message = key => this.translate(key, 'messages', 'KsefCertificate');

        return certificateFacts.sentence(this.model.attributes, message, daysLeft.dateOf(this));
    }
});
